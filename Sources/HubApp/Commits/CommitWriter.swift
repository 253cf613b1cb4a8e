// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Writes one commit's objects inside the transaction that will move the branch to it.
struct CommitWriter {
    let tx: WriteTransaction
    let repo: RepoRecord
    let viewer: Viewer
    /// Where the repo's chunks are shared.
    let domain: XetDomain
    let now: Timestamp

    func write(
        _ operations: [CommitOperation],
        header: CommitHeader,
        onto parent: CommitRecord?
    ) throws -> CommitRecord {
        let editor = try TreeEditor(reader: TreeReader(tx.read), root: parent?.tree)
        try Self.refuseRepeatedPaths(operations)
        for operation in operations { try apply(operation, to: editor, parent: parent) }
        return try write(tree: try editor.write(to: tx), header: header, onto: parent)
    }

    /// A commit of a tree that is there.
    /// - Parameter merged: a second parent.
    func write(
        tree: GitOID,
        header: CommitHeader,
        onto parent: CommitRecord?,
        merging merged: GitOID? = nil
    ) throws -> CommitRecord {
        let (title, message) = Self.split(header)
        let author = viewer.account
        let object = CommitObject(
            tree: tree,
            parents: [parent?.oid, merged].compactMap(\.self),
            author: CommitObject.Person(
                name: author?.name ?? "vitrine",
                email: author.map { "\($0.name)@users.noreply.vitrine" } ?? "noreply@vitrine"
            ),
            committedAt: now,
            title: title,
            message: message
        )
        let commit = CommitRecord(
            oid: object.oid,
            tree: object.tree,
            parent: parent?.oid,
            depth: (parent?.depth ?? 0) + 1,
            committedAt: Timestamp(seconds: now.seconds),
            author: object.author.name,
            title: title,
            message: message
        )
        try tx.insertCommit(commit, data: object.data, repo: repo.id)
        return commit
    }

    /// Which of two contents a client meant for one path is not ours to guess.
    private static func refuseRepeatedPaths(_ operations: [CommitOperation]) throws {
        var seen: Set<RepoPath> = []
        for operation in operations {
            switch operation {
            case .addFile(let path, _), .addLFSFile(let path, _, _):
                guard seen.insert(path).inserted else {
                    throw HubError(.unprocessable, "The commit adds '\(path)' twice")
                }
            case .deleteFile, .deleteFolder: continue
            }
        }
    }

    private func apply(_ operation: CommitOperation, to editor: TreeEditor, parent: CommitRecord?) throws {
        switch operation {
        case .addFile(let path, let content):
            if let target = content.pointsTo {
                try putLFS(target.oid, size: target.size, at: path, editor)
            } else {
                try tx.recordBlob(content.sha256, size: content.size, repo: repo.id, at: now)
                try tx.insertFileObject(
                    FileObjectRecord(
                        oid: content.gitOID,
                        sha256: content.sha256,
                        size: content.size,
                        pointerSize: nil
                    )
                )
                try editor.put(content.gitOID, at: path)
                try tx.queueScan(content.sha256, isNamedPickle: BlobScanner.isPickleName(path), at: now)
            }
        case .addLFSFile(let path, let oid, let size):
            try putLFS(oid, size: size, at: path, editor)
        case .deleteFile(let path):
            guard try editor.removeFile(path) else { throw Self.missing("file", path, parent) }
        case .deleteFolder(let path):
            guard try editor.removeFolder(path) else { throw Self.missing("folder", path, parent) }
        }
    }

    private func putLFS(_ oid: BlobID, size: Int64?, at path: RepoPath, _ editor: TreeEditor) throws {
        let stored = try tx.read.requireLFSObject(oid, size: size, at: path, in: repo, viewer: viewer)
        let pointer = LFSPointer(oid: oid, size: stored).data
        let pointerOID = GitObjectKind.blob.oid(of: pointer)
        try tx.recordBlob(oid, size: stored, repo: repo.id, at: now)
        try tx.insertFileObject(
            FileObjectRecord(oid: pointerOID, sha256: oid, size: stored, pointerSize: Int64(pointer.count))
        )
        try editor.put(pointerOID, at: path)
        try tx.queueScan(oid, isNamedPickle: BlobScanner.isPickleName(path), at: now)
        try tx.queueChunking(oid, in: domain, at: now)
    }

    private static func missing(_ what: String, _ path: RepoPath, _ parent: CommitRecord?) -> HubError {
        HubError(.entryNotFound, "A \(what) with this name doesn't exist: \(path)", commit: parent?.oid)
    }

    /// Git's title is one line; what a client puts behind a line break belongs to the message.
    private static func split(_ header: CommitHeader) -> (title: String, message: String) {
        // Scalars: as characters, "\r\n" is neither of the two.
        func clean(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\0" && $0 != "\r" }))
        }
        let lines = clean(header.summary).split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: true)
        let title = lines.first.map(String.init) ?? "Update"
        let rest: [String?] = [
            lines.dropFirst().first.map(String.init), clean(header.description),
        ]
        return (title, rest.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }
}
