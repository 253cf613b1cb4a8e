// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Create, delete and list a repo's tags.",
        subcommands: [TagCreate.self, TagDelete.self, TagList.self]
    )
}
