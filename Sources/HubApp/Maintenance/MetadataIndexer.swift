// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore

/// Derives what lists and searches know of a repo from the files on its main branch.
///
/// Runs after the commit stands. A file that cannot be understood never fails it: the metadata says less then.
struct MetadataIndexer {
    let hub: Hub

    /// A safetensors header longer than this (bytes) is not read for its parameter count.
    private static let maximumHeaderBytes = 32 << 20
    /// Bytes of a card's text that search looks through.
    private static let searchedCardBytes = 100_000

    private struct Head: Sendable {
        let repo: RepoRecord
        let commit: GitOID
        /// In the tree's order.
        let files: [LocatedEntry]
    }

    /// Brings a repo's metadata up to the head of main; a commit that overtakes this one indexes itself.
    func index(repo id: Int64) async throws {
        guard let head = try await head(id) else { return }
        let paths = head.files.map(\.path)
        var read: [String: [UInt8]] = [:]
        for (path, file) in try await contents(of: RepoMetadata.wantedFiles(in: paths), head)
        where file.size <= RepoMetadata.maximumFileSize {
            read[path] = try await hub.readSmall(file.sha256)
        }
        var headers: [String: SafetensorsHeader] = [:]
        for (path, file) in try await contents(of: RepoMetadata.wantedSafetensors(in: paths, read: read), head) {
            headers[path] = try await header(file)
        }
        let metadata = RepoMetadata.build(kind: head.repo.kind, paths: paths, read: read, safetensors: headers)
        try await store(metadata, evalResults: EvalResults.parse(read), head)
    }

    private func head(_ id: Int64) async throws -> Head? {
        try await hub.store.read { tx in
            guard let repo = try tx.repo(id: id), let commit = try tx.head(of: repo) else { return nil }
            return Head(repo: repo, commit: commit.oid, files: try TreeReader(tx).files(root: commit.tree))
        }
    }

    /// Where the bytes of these few files are: a repo of a hundred thousand files is not looked up whole for its card.
    private func contents(of paths: [String], _ head: Head) async throws -> [(path: String, file: FileObjectRecord)] {
        let wanted = Set(paths)
        let located = head.files.filter { wanted.contains($0.path) }
        let objects = try await hub.store.read { try $0.fileObjects(located.map(\.entry.oid)) }
        return located.compactMap { entry in objects[entry.entry.oid].map { (entry.path, $0) } }
    }

    /// `nil` for a file that is no safetensors, whatever its name says.
    private func header(_ file: FileObjectRecord) async throws -> SafetensorsHeader? {
        let reader = try await hub.blobs.open(file.sha256)
        do {
            return try await reader.safetensorsHeader(fileSize: file.size, limit: Self.maximumHeaderBytes)?.header
        } catch is SafetensorsError {
            return nil
        } catch let error as HubError where error.code == .corrupt {
            // Told to whoever reads the file; the rest of the repo is indexed all the same.
            return nil
        }
    }

    private func store(_ metadata: RepoMetadata, evalResults: [EvalResultRecord], _ head: Head) async throws {
        var card = CardRecord(
            commit: head.commit,
            body: String(decoding: metadata.cardBody.utf8.prefix(Self.searchedCardBytes), as: UTF8.self)
        )
        card.data = metadata.cardData.map { JSONValue.object($0).serialized }
        card.error = metadata.cardError
        card.config = metadata.config.map { JSONValue.object($0).serialized }
        card.transformersInfo = metadata.transformersInfo.map { JSONValue.object($0).serialized }
        card.safetensors = metadata.safetensors?.json.serialized
        card.modelIndex = metadata.modelIndex?.serialized
        let record = card
        let tags = metadata.tags.map { TagRecord(type: $0.kind.rawValue, value: $0.value, label: $0.label) }
        try await hub.store.write { tx in
            // Deleted, or overtaken: whoever moved the branch writes what is true now.
            guard let repo = try tx.read.repo(id: head.repo.id),
                try tx.read.head(of: repo)?.oid == head.commit
            else { return }
            try tx.replaceMetadata(
                repo: repo,
                card: record,
                tags: tags,
                pipelineTag: metadata.pipelineTag,
                libraryName: metadata.libraryName,
                parameters: metadata.safetensors?.total,
                sdk: metadata.card?.space.sdk
            )
            try tx.replaceEvalResults(repo: repo.id, repo.kind == .model ? evalResults : [])
        }
    }
}

extension Hub {
    /// Indexes the repos whose metadata is behind their main branch: what a crash between the two left.
    public func indexStaleRepos() async throws {
        for repo in try await store.read({ try $0.reposWithStaleMetadata() }) {
            try await MetadataIndexer(hub: self).index(repo: repo)
        }
    }
}
