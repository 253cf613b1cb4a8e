// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct RepoInfo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what the hub knows of a repo.",
        discussion: """
            EXAMPLES:
              hubctl repo info alice/vit-tiny
              hubctl repo info vision/shapes --type dataset --revision v1 --json
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Option(help: "Branch, tag or commit.")
    var revision: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let suffix = revision.map { "/revision/\(URLText.segment($0))" } ?? ""
            let info = try await context.client.get(target.apiPath + suffix)
            guard !context.isJSON else { return context.terminal.data(info.serialized) }
            let rows = Self.facts(info, target: target).map { [$0.0, $0.1] }
            for line in Table(columns: [.init(target.kind.rawValue), .init(target.id)], rows: rows).lines {
                context.terminal.data(line)
            }
        }
    }

    static func facts(_ info: JSONValue, target: RepoTarget) -> [(String, String)] {
        var facts: [(String, String)] = []
        func add(_ title: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append((title, value)) }
        }
        add("commit", info["sha"]?.stringValue)
        add("visibility", info["private"]?.boolValue.map { $0 ? "private" : "public" })
        add("gated", info["gated"]?.stringValue)
        add("task", info["pipeline_tag"]?.stringValue)
        add("library", info["library_name"]?.stringValue)
        add("sdk", info["sdk"]?.stringValue)
        add("created", info["createdAt"]?.stringValue)
        add("modified", info["lastModified"]?.stringValue)
        add("downloads", info["downloads"]?.intValue.map(String.init))
        add("likes", info["likes"]?.intValue.map(String.init))
        add("parameters", info["safetensors"]?["total"]?.intValue.map(String.init))
        add("storage", info["usedStorage"]?.intValue.map(Units.size))
        add("files", info["siblings"]?.arrayValue.map { String($0.count) })
        add("tags", info["tags"]?.arrayValue?.compactMap(\.stringValue).joined(separator: ", "))
        return facts
    }
}
