// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct BranchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch",
        abstract: "Create, delete and list a repo's branches.",
        subcommands: [
            BranchCreate.self, BranchDelete.self, BranchList.self, BranchProtect.self, BranchUnprotect.self,
            BranchProtections.self,
        ]
    )
}
