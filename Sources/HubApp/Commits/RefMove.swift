// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// A ref that stands elsewhere now, is new, or is gone.
struct RefMove: Sendable {
    let name: String
    let from: GitOID?
    let to: GitOID?
    /// Whether the former commit is no ancestor of the new one.
    var isRewrite = false
    /// Whether a ref that is new came with commits that were nowhere before.
    var hasNewCommits = false
}

extension WriteTransaction {
    /// Notes where refs moved: in the record of what happened, and for who wants to be told.
    ///
    /// The one place that commits over the API, pushes and merges come by.
    func noteMoves(_ moves: [RefMove], of repo: RepoRecord, by viewer: Viewer, at now: Timestamp) throws {
        for move in moves {
            let isTag = move.name.hasPrefix(RefName.tagsPrefix)
            // That a pull request has come is an event of its own.
            let noun = isTag ? "tag" : move.name.hasPrefix(RefName.headsPrefix) ? "branch" : nil
            if let noun, isTag || move.from == nil || move.to == nil {
                let verb = move.to == nil ? "delete" : "create"
                try RefService.record("\(noun).\(verb)", move.name, repo, viewer, self, now)
            }
            guard !isTag, let to = move.to, move.from != nil || move.hasNewCommits else { continue }
            var data: JSONObject = ["ref": .string(move.name), "oid": .string(to.hex)]
            if move.isRewrite { data["from"] = move.from.map { .string($0.hex) } }
            try appendCommitEvent(data, repo: repo.id, by: viewer, at: now)
        }
        guard !moves.isEmpty else { return }
        var change = RepoChange(.update, .content, repo)
        change.updatedRefs = moves
        try announce(change, at: now)
    }
}
