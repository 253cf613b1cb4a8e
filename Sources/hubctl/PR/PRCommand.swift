// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct PRCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pr",
        abstract: "Open, review and merge pull requests.",
        subcommands: [
            PRCreate.self, PRList.self, DiscussionView.self, PRDiff.self, PRComment.self, PRReview.self, PRMerge.self,
            DiscussionClose.self, DiscussionOpen.self, DiscussionRename.self,
        ]
    )
}
