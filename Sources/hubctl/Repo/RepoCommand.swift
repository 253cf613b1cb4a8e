// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct RepoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo",
        abstract: "Create, list, show, move, copy and delete repos.",
        subcommands: [
            RepoCreate.self, RepoList.self, RepoInfo.self, RepoMove.self, RepoSettings.self, RepoDuplicate.self,
            RepoDelete.self,
        ]
    )
}
