// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct DiscussionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discussion",
        abstract: "Open discussions of a repo and take part in them.",
        subcommands: [
            DiscussionCreate.self, DiscussionList.self, DiscussionView.self, DiscussionComment.self,
            DiscussionClose.self, DiscussionOpen.self, DiscussionRename.self, DiscussionPin.self, DiscussionLock.self,
        ]
    )
}
