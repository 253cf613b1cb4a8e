// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show how two revisions of a repo differ: text by lines, safetensors by tensors.",
        discussion: """
            Revisions are branches, tags, commits, or pull requests (refs/pr/3).

            EXAMPLES:
              hubctl diff alice/vit-tiny v1.0 main
              hubctl diff alice/vit-tiny main refs/pr/3 --json
              hubctl diff alice/vit-tiny v1.0 v2.0 --stat
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Revision to compare with.")
    var base: String

    @Argument(help: "Revision that is compared.")
    var head: String

    @Flag(help: "Only list files and tensors, no lines.")
    var stat = false

    @Flag(help: "Leave safetensors files unread.")
    var noTensors = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let path = "\(target.apiPath)/diff/\(URLText.segment(base))..\(URLText.segment(head))"
            let query = [("diff", stat ? "false" : "true"), ("tensors", noTensors ? "false" : "true")]
            let json = try await context.client.get(path, query)
            guard !context.isJSON else { return context.terminal.data(json.serialized) }
            if !stat {
                for file in json["files"]?.arrayValue ?? [] {
                    if let text = file["diff"]?.stringValue { Terminal.write(text, to: STDOUT_FILENO) }
                }
            }
            context.terminal.list((json["files"]?.arrayValue ?? []).map { ChangedFileRow(json: $0) }, asJSON: false)
            if let tensors = json["tensors"], !tensors.isNull {
                context.terminal.list(ChangedTensorRow.rows(tensors), asJSON: false)
                context.terminal.say("\(tensors["unchanged"]?.intValue ?? 0) tensors of these files are as they were")
            }
        }
    }
}

/// A file that is not the same.
private struct ChangedFileRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("STATUS"), .init("LINES", isNumber: true), .init("OLD SIZE", isNumber: true),
        .init("NEW SIZE", isNumber: true), .init("FILE"),
    ]

    let json: JSONValue

    var cells: [String] {
        let lines = json["additions"]?.intValue.map { "+\($0) -\(json["deletions"]?.intValue ?? 0)" }
        return [
            json["status"]?.stringValue ?? "?", lines ?? "",
            json["old"]?["size"]?.intValue.map(Units.size) ?? "", json["new"]?["size"]?.intValue.map(Units.size) ?? "",
            json["path"]?.stringValue ?? "?",
        ]
    }
}

/// A tensor that is not the same.
private struct ChangedTensorRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("TENSOR"), .init("WHAT"), .init("OLD"), .init("NEW"), .init("BYTES", isNumber: true), .init("FILE"),
    ]

    let name: String
    let what: String
    let old: JSONValue?
    let new: JSONValue?

    var json: JSONValue {
        ["name": .string(name), "what": .string(what), "old": old ?? .null, "new": new ?? .null]
    }

    var cells: [String] {
        func type(_ side: JSONValue?) -> String {
            guard let side, let dtype = side["dtype"]?.stringValue else { return "" }
            let shape = (side["shape"]?.arrayValue ?? []).compactMap(\.intValue).map(String.init)
            return "\(dtype) [\(shape.joined(separator: ", "))]"
        }
        let side = new ?? old
        return [
            name, what, type(old), type(new), side?["bytes"]?.intValue.map(Units.size) ?? "",
            side?["file"]?.stringValue ?? "",
        ]
    }

    static func rows(_ tensors: JSONValue) -> [ChangedTensorRow] {
        func rows(_ key: String, _ make: (JSONValue, String) -> ChangedTensorRow) -> [ChangedTensorRow] {
            (tensors[key]?.arrayValue ?? []).map { make($0, $0["name"]?.stringValue ?? "?") }
        }
        let added = rows("added") { ChangedTensorRow(name: $1, what: "added", old: nil, new: $0) }
        let removed = rows("removed") { ChangedTensorRow(name: $1, what: "removed", old: $0, new: nil) }
        let changed = rows("changed") { row, name in
            let what = (row["what"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
            return ChangedTensorRow(name: name, what: what, old: row["old"], new: row["new"])
        }
        let moved = rows("moved") { ChangedTensorRow(name: $1, what: "moved", old: $0["old"], new: $0["new"]) }
        let skipped = rows("notCompared") {
            ChangedTensorRow(name: $1, what: "not compared", old: $0["old"], new: $0["new"])
        }
        return (changed + added + removed + moved + skipped).sorted { $0.name < $1.name }
    }
}
