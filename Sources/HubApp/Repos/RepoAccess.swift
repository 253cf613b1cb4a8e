// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// What a call wants of a repo.
enum Access {
    /// Know that it is there, and its metadata.
    case see
    /// Read its files.
    case readFiles
    /// Take part in its discussions: an account that sees it.
    case discuss
    /// Make pull requests, and send files for them: an account that reads its files.
    case propose
    case write
    /// Settings, deletion.
    case administer
}

extension ReadTransaction {
    /// The repo, if the viewer may do that to it.
    /// - Throws: ``HubError/Code/moved`` for a name it had, ``HubError/Code/repoNotFound`` when it is absent or not the viewer's to know of (no difference shows),
    ///   ``HubError/Code/gated``, ``HubError/Code/forbidden`` or ``HubError/Code/unauthenticated``.
    func repo(_ kind: RepoKind, _ id: RepoID, for viewer: Viewer, _ access: Access) throws -> RepoRecord {
        guard let repo = try repo(kind, id) else {
            // Who may not see the repo learns nothing from its old name either.
            if let moved = try movedRepo(kind, id), viewer.canSee(moved) {
                throw HubError.moved(from: id, to: try RepoID(moved.fullName))
            }
            throw HubError.repoNotFound
        }
        guard viewer.canSee(repo) else { throw HubError.repoNotFound }
        if repo.isDisabled, access != .see { throw HubError(.forbidden, "Access to this resource is disabled.") }
        switch access {
        case .see: return repo
        case .readFiles where try mayReadFiles(repo, viewer): return repo
        case .write where viewer.canWrite(repo), .propose where viewer.canWrite(repo): return repo
        case .discuss where viewer.canTakePart(in: repo):
            if !viewer.canWrite(repo) { try Self.requireDiscussions(repo) }
            return repo
        case .propose where viewer.canTakePart(in: repo):
            guard try mayReadFiles(repo, viewer) else { throw try gatedError(repo, viewer) }
            try Self.requireDiscussions(repo)
            return repo
        case .administer where viewer.canAdminister(repo): return repo
        case .readFiles: throw try gatedError(repo, viewer)
        case .discuss, .propose:
            throw viewer.isAnonymous
                ? HubError(.unauthenticated, "Log in to take part in discussions of \(repo.fullName)")
                : HubError(.forbidden, "This token may not write: discussions need a token with the role write")
        case .write, .administer:
            throw viewer.isAnonymous
                ? HubError(.unauthenticated, "Log in to change \(repo.fullName)")
                : HubError(
                    .forbidden,
                    "You don't have the rights to \(access == .write ? "write to" : "administer") \(repo.fullName) "
                        + "with this token"
                )
        }
    }

    /// - Throws: ``HubError/Code/forbidden`` where nothing new may be opened.
    static func requireDiscussions(_ repo: RepoRecord) throws {
        guard !repo.discussionsDisabled else {
            throw HubError(.forbidden, "Discussions and pull requests are disabled for \(repo.fullName)")
        }
    }

    /// The commit a revision names in a repo: a branch, a tag, a ref in full, a commit id or the first 7 of its digits.
    /// - Throws: ``HubError/Code/revisionNotFound``, also when several commits begin with the digits.
    func resolve(_ revision: Revision, in repo: RepoRecord) throws -> CommitRecord {
        if let oid = revision.oid, let commit = try commit(oid, in: repo.id) { return commit }
        for prefix in [RefName.headsPrefix, RefName.tagsPrefix, ""] {
            if prefix.isEmpty, !revision.text.hasPrefix("refs/") { continue }
            if let ref = try ref(repo: repo.id, name: prefix + revision.text) {
                return try require(ref.target, in: repo)
            }
        }
        if let prefix = revision.oidPrefix {
            let found = try commits(in: repo.id, prefix: prefix)
            if let oid = found.first, found.count == 1 { return try require(oid, in: repo) }
        }
        throw HubError.revisionNotFound(revision.text)
    }

    /// A commit that a ref or another commit of the repo points to.
    func require(_ oid: GitOID, in repo: RepoRecord) throws -> CommitRecord {
        guard let commit = try commit(oid, in: repo.id) else {
            throw HubError(.corrupt, "The commit \(oid) is missing from the metadata database")
        }
        return commit
    }

    /// The head of `main`, if there is one.
    func head(of repo: RepoRecord) throws -> CommitRecord? {
        guard let ref = try ref(repo: repo.id, name: RefName.headsPrefix + RefName.mainBranch) else { return nil }
        return try require(ref.target, in: repo)
    }
}
