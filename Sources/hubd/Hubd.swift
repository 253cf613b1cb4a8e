// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

@main
struct Hubd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubd",
        abstract: "The Vitrine hub.",
        version: HubVersion.text,
        subcommands: [Serve.self, Worker.self],
        defaultSubcommand: Serve.self
    )
}
