// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// A change to a repo that webhooks tell of.
struct RepoChange {
    enum Action: String {
        case create, delete, move, update
    }

    enum Scope: String {
        case repo
        case content = "repo.content"
        case config = "repo.config"
        case discussion
        case comment = "discussion.comment"

        /// Whether it belongs to the domain "discussion", not "repo".
        var isDiscussion: Bool { self == .discussion || self == .comment }
    }

    let action: Action
    let scope: Scope
    let repo: RepoRecord
    var discussion: DiscussionRecord?
    var comment: DiscussionEventRecord?
    var updatedRefs: [RefMove] = []
    /// The new name of a repo that moved, and its owner's id.
    var movedTo: (name: String, owner: String)?

    init(_ action: Action, _ scope: Scope, _ repo: RepoRecord) {
        self.action = action
        self.scope = scope
        self.repo = repo
    }
}
