// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

@main
struct Hubd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubd",
        abstract: "The Vitrine hub.",
        subcommands: [Serve.self],
        defaultSubcommand: Serve.self
    )
}
