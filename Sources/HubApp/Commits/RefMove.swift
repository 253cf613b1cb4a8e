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
}

extension WriteTransaction {
    /// Notes where refs moved: in the record of what happened, and for who wants to be told.
    ///
    /// The one place that commits over the API, pushes and merges come by.
    func noteMoves(_ moves: [RefMove], of repo: RepoRecord, by viewer: Viewer, at now: Timestamp) throws {
        for move in moves {
            let isBranch = move.name.hasPrefix(RefName.headsPrefix)
            switch (move.from, move.to) {
            case (let from?, let to?):
                guard move.name.hasPrefix(RefName.tagsPrefix) == false else {
                    try RefService.record("tag.create", move.name, repo, viewer, self, now)
                    continue
                }
                var data: JSONObject = ["ref": .string(move.name), "oid": .string(to.hex)]
                if move.isRewrite { data["from"] = .string(from.hex) }
                try appendCommitEvent(data, repo: repo.id, by: viewer, at: now)
            case (nil, .some):
                try RefService.record(isBranch ? "branch.create" : "tag.create", move.name, repo, viewer, self, now)
            case (.some, nil):
                try RefService.record(isBranch ? "branch.delete" : "tag.delete", move.name, repo, viewer, self, now)
            case (nil, nil): continue
            }
        }
        guard !moves.isEmpty else { return }
        var change = RepoChange(.update, .content, repo)
        change.updatedRefs = moves
        try announce(change, at: now)
    }
}
