// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct BranchProtections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protections",
        abstract: "List the protected branches of a repo.",
        discussion: """
            EXAMPLES:
              hubctl branch protections vision/depth-pro
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let rows = try await context.client.list("\(target.apiPath)/protected-branches")
            context.terminal.list(rows.map { ProtectionRow(json: $0) }, asJSON: context.isJSON)
        }
    }
}

struct ProtectionRow: ListDisplayable {
    static let columns: [Table.Column] = [.init("PATTERN"), .init("PUSH")]

    let json: JSONValue

    var cells: [String] { [json["pattern"]?.stringValue ?? "?", json["push"]?.stringValue ?? "?"] }
}
