// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Where a commit goes.
enum CommitTarget: Sendable {
    /// A branch, in full.
    case branch(String)
    case pullRequest(DiscussionRecord)
    /// A pull request that the commit opens, for a branch.
    case newPullRequest(base: String)

    /// The ref it is made on.
    var ref: String {
        switch self {
        case .branch(let name), .newPullRequest(let name): name
        case .pullRequest(let discussion): discussion.ref
        }
    }
}

extension ReadTransaction {
    /// Where a commit to a revision goes, if the viewer may make it.
    /// - Throws: HubError/Code/revisionNotFound, HubError/Code/forbidden and what repo(_:_:for:_:) throws.
    func commitTarget(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        createsPullRequest: Bool = false,
        viewer: Viewer
    ) throws -> (repo: RepoRecord, target: CommitTarget) {
        let name = RefName.headsPrefix + revision.text
        if createsPullRequest {
            let repo = try repo(kind, id, for: viewer, .propose)
            _ = try self.repo(kind, id, for: viewer, .discuss)
            try Self.requireDiscussions(repo)
            guard try ref(repo: repo.id, name: name) != nil else { throw HubError.revisionNotFound(revision.text) }
            return (repo, .newPullRequest(base: name))
        }
        if revision.text.hasPrefix(RefName.pullRequestsPrefix) {
            let repo = try repo(kind, id, for: viewer, .propose)
            return (repo, .pullRequest(try pullRequest(ref: revision.text, in: repo, for: viewer)))
        }
        let repo = try repo(kind, id, for: viewer, .write)
        guard try ref(repo: repo.id, name: name) != nil else { throw HubError.revisionNotFound(revision.text) }
        try requirePush(name, repo, viewer)
        return (repo, .branch(name))
    }

    /// The pull request of a ref, if the viewer may add to it.
    func pullRequest(ref: String, in repo: RepoRecord, for viewer: Viewer) throws -> DiscussionRecord {
        guard let number = RefName.pullRequestNumber(ref),
            let discussion = try discussion(number, repo: repo.id), discussion.isPullRequest
        else { throw HubError.revisionNotFound(ref) }
        guard viewer.canWrite(repo) || discussion.author.map({ $0.id == viewer.account?.id }) == true else {
            throw HubError(.forbidden, "Only its author and people who may write to the repository add to \(ref)")
        }
        guard discussion.status.isUnfinished else {
            throw HubError(.forbidden, "The pull request #\(number) is \(discussion.status.rawValue)")
        }
        return discussion
    }
}
