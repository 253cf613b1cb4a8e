// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct FilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "List the files of a repo.",
        discussion: """
            EXAMPLES:
              hubctl files alice/vit-tiny
              hubctl files vision/shapes data --type dataset --recursive
              hubctl files alice/vit-tiny --revision v1.0 --json
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Folder in the repo; its root if none is named.")
    var path: String?

    @Flag(name: .shortAndLong, help: "Folders within folders too.")
    var recursive = false

    @Option(help: "Branch, tag or commit.")
    var revision = "main"

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            var url = "\(target.apiPath)/tree/\(URLText.segment(revision))"
            let folder = path.map { $0.split(separator: "/").joined(separator: "/") } ?? ""
            if !folder.isEmpty { url += "/\(URLText.segment(folder))" }
            let query = [("recursive", recursive ? "true" : "false"), ("expand", "false")]
            context.terminal.list(
                try await context.client.list(url, query).map { TreeRow(json: $0) },
                asJSON: context.isJSON
            )
        }
    }
}

struct TreeRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("SIZE", isNumber: true), .init("STORED"), .init("ID"), .init("PATH"),
    ]

    let json: JSONValue

    var cells: [String] {
        let isFolder = json["type"]?.stringValue == "directory"
        let large = json["lfs"]?["oid"]?.stringValue
        return [
            isFolder ? "" : json["size"]?.intValue.map(Units.size) ?? "",
            isFolder ? "folder" : large == nil ? "regular" : "lfs",
            String((large ?? json["oid"]?.stringValue ?? "").prefix(10)),
            (json["path"]?.stringValue ?? "?") + (isFolder ? "/" : ""),
        ]
    }
}
