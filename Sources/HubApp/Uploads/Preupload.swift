// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
import NIOCore

/// A file a client is about to upload.
public struct PreuploadFile: Sendable {
    public let path: String
    public let size: Int64
    /// The first bytes of it (512 at most).
    public let sample: [UInt8]

    public init(path: String, size: Int64, sample: [UInt8]) {
        self.path = path
        self.size = size
        self.sample = sample
    }
}

extension UploadService {
    /// Decides for each file how it is to come: in the commit itself, or through LFS.
    /// - Parameters:
    ///   - gitAttributes: the `.gitattributes` the client is about to commit, if it differs from the stored one.
    ///   - gitIgnore: likewise; files it names are to be left out.
    public func preupload(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        files: [PreuploadFile],
        gitAttributes: String?,
        gitIgnore: String?,
        createsPullRequest: Bool = false,
        viewer: Viewer
    ) async throws -> JSONValue {
        guard files.count <= hub.limits.batchObjects else {
            throw HubError(.badRequest, "At most \(hub.limits.batchObjects) files at once")
        }
        let paths = try files.map { try RepoPath($0.path) }
        struct State: Sendable {
            let commit: GitOID
            let existing: [RepoPath: FileObjectRecord]
            let attributes: BlobID?
        }
        let quota = hub.limits.storageQuota
        let state = try await hub.store.read { tx in
            let isProposal = createsPullRequest || revision.text.hasPrefix(RefName.pullRequestsPrefix)
            let repo = try tx.repo(kind, id, for: viewer, isProposal ? .propose : .write)
            let commit = try tx.resolve(revision, in: repo)
            let reader = TreeReader(tx)
            var existing: [RepoPath: FileObjectRecord] = [:]
            for path in paths {
                guard let entry = try reader.entry(at: path, root: commit.tree), !entry.isFolder else { continue }
                guard let file = try tx.fileObjects([entry.oid])[entry.oid], try !tx.isDamaged(file.sha256) else {
                    continue
                }
                existing[path] = file
            }
            // A file of the size that is there may well be that very file: then nothing is sent.
            try tx.requireRoom(
                for: zip(files, paths).filter { existing[$1]?.size != $0.size }.map(\.0.size),
                ownedBy: repo.ownerID,
                standard: quota
            )
            let attributes = try reader.entry(at: RepoPath(".gitattributes"), root: commit.tree)
            return State(
                commit: commit.oid,
                existing: existing,
                attributes: try attributes.flatMap { try tx.fileObjects([$0.oid])[$0.oid]?.sha256 }
            )
        }
        var text = gitAttributes
        if text == nil, let blob = state.attributes {
            text = String(decoding: try await hub.readSmall(blob), as: UTF8.self)
        }
        let attributes = GitAttributes(parsing: text ?? GitAttributes.initial)
        let ignore = gitIgnore.map(GitIgnore.init(parsing:))
        let answers = zip(files, paths).map { file, path -> JSONValue in
            let lfs =
                file.size > 0
                && (attributes.isLFS(path.text) || file.size > hub.limits.regularFileBytes || file.sample.contains(0))
            var answer: JSONObject = [
                "path": .string(file.path), "uploadMode": lfs ? "lfs" : "regular",
                "shouldIgnore": .bool(ignore?.ignores(path.text) ?? false),
            ]
            if let known = state.existing[path] {
                answer["oid"] = .string(known.isLFS ? known.sha256.hex : known.oid.hex)
            }
            return .object(answer)
        }
        return ["files": .array(answers), "commitOid": .string(state.commit.hex)]
    }
}

extension Hub {
    /// A small file's bytes, at most as many as metadata may have.
    func readSmall(_ blob: BlobID) async throws -> [UInt8] {
        let reader = try await blobs.open(blob)
        return try await reader.prefix(Int(clamping: limits.metadataFileBytes))
    }
}
