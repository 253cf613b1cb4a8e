// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look after the downloads that are kept on this machine.",
        subcommands: [CacheList.self, CachePrune.self]
    )
}
