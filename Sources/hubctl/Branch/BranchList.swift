// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct BranchList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a repo's branches.",
        discussion: """
            EXAMPLES:
              hubctl branch list alice/vit-tiny
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            context.terminal.list(try await context.client.refs(target, "branches"), asJSON: context.isJSON)
        }
    }
}

/// A branch or a tag.
struct RefRow: ListDisplayable, Sendable {
    static let columns: [Table.Column] = [.init("NAME"), .init("COMMIT")]

    let json: JSONValue

    var cells: [String] { [json["name"]?.stringValue ?? "?", json["targetCommit"]?.stringValue ?? ""] }
}

extension HubClient {
    /// `branches` or `tags` of a repo.
    func refs(_ target: RepoTarget, _ kind: String) async throws -> [RefRow] {
        try await get("\(target.apiPath)/refs")[kind]?.arrayValue?.map { RefRow(json: $0) } ?? []
    }
}
