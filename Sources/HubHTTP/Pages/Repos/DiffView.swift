// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// What lies between two revisions, as the commit, compare and pull request pages show it.
struct DiffView {
    let changes: JSONValue
    let repo: RepoFrame
    /// The revision that has the new files.
    private let head: String
    private static let mostTensors = 400

    /// - Parameter changes: the answer of `…/diff/{base}..{head}`.
    init(_ changes: JSONValue, repo: RepoFrame) {
        self.changes = changes
        self.repo = repo
        head = changes["head"]?.stringValue ?? "main"
    }

    func data() -> JSONObject {
        let files = changes["files"]?.arrayValue ?? []
        var data: JSONObject = [
            "files": .array(files.map { .object(file($0)) }), "count": .int(Int64(files.count)),
            "isOne": .bool(files.count == 1),
            "additions": .int(files.reduce(0) { $0 + ($1["additions"]?.intValue ?? 0) }),
            "deletions": .int(files.reduce(0) { $0 + ($1["deletions"]?.intValue ?? 0) }),
        ]
        if let tensors = changes["tensors"], !tensors.isNull { data["tensors"] = .object(self.tensors(tensors)) }
        return data
    }

    private func file(_ file: JSONValue) -> JSONObject {
        let path = file["path"]?.stringValue ?? ""
        let status = file["status"]?.stringValue ?? ""
        var data: JSONObject = [
            "path": .string(path), "status": .string(status),
            "url": .string(status == "deleted" ? "" : SiteURL.file(repo.url, "blob", head, path)),
            "additions": file["additions"] ?? "", "deletions": file["deletions"] ?? "",
        ]
        if let diff = file["diff"]?.stringValue {
            data["lines"] = .array(Self.lines(diff))
        } else if file["old"]?["lfs"] != nil || file["new"]?["lfs"] != nil {
            data["note"] = .string(sizes(file))
        } else if file["binary"]?.boolValue == true {
            data["note"] = .string("Not text. " + sizes(file))
        } else {
            data["note"] = .string("Too long to show here. " + sizes(file))
        }
        return data
    }

    private func sizes(_ file: JSONValue) -> String {
        let sides = ["old", "new"].map { file[$0]?["size"]?.intValue.map(Display.bytes) }
        return switch (sides.first ?? nil, sides.last ?? nil) {
        case (let old?, let new?): old == new ? "\(new), other bytes" : "\(old) → \(new)"
        case (nil, let new?): new
        case (let old?, nil): "\(old), gone"
        case (nil, nil): ""
        }
    }

    /// The lines of a unified difference, each with its numbers on both sides.
    private static func lines(_ diff: String) -> [JSONValue] {
        var (old, new) = (0, 0)
        var isInHunk = false
        var lines: [JSONValue] = []
        for line in diff.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("@@ ") {
                isInHunk = true
                (old, new) = starts(line)
                lines.append(["kind": "hunk", "text": .string(String(line))])
                continue
            }
            guard isInHunk, let sign = line.first else { continue }
            var data: JSONObject = ["text": .string(String(line.dropFirst()))]
            switch sign {
            case "+":
                data["kind"] = "add"
                data["sign"] = "+"
                data["new"] = .int(Int64(new))
                new += 1
            case "-":
                data["kind"] = "del"
                data["sign"] = "−"
                data["old"] = .int(Int64(old))
                old += 1
            case "\\": data["kind"] = "note"
            default:
                data["kind"] = "same"
                (data["old"], data["new"]) = (.int(Int64(old)), .int(Int64(new)))
                old += 1
                new += 1
            }
            lines.append(.object(data))
        }
        return lines
    }

    /// `@@ -3,7 +3,8 @@`
    private static func starts(_ line: Substring) -> (old: Int, new: Int) {
        let parts = line.split(separator: " ")
        func number(_ sign: Character) -> Int {
            parts.first { $0.first == sign }?.dropFirst().split(separator: ",").first.flatMap { Int($0) } ?? 0
        }
        return (number("-"), number("+"))
    }

    private func tensors(_ tensors: JSONValue) -> JSONObject {
        var rows: [JSONValue] = []
        for (group, kind) in [("changed", "changed"), ("added", "added"), ("removed", "deleted"), ("moved", "moved")] {
            for tensor in tensors[group]?.arrayValue ?? [] where rows.count < Self.mostTensors {
                rows.append(Self.tensor(tensor, kind))
            }
        }
        let counts = ["changed", "added", "removed", "moved"].compactMap { group -> String? in
            let count = tensors[group]?.arrayValue?.count ?? 0
            return count > 0 ? "\(Display.grouped(Int64(count))) \(group)" : nil
        }
        let unchanged = Display.grouped(tensors["unchanged"]?.intValue ?? 0)
        return [
            "rows": .array(rows), "summary": .string((counts + ["\(unchanged) the same"]).joined(separator: ", ")),
        ]
    }

    private static func tensor(_ tensor: JSONValue, _ kind: String) -> JSONValue {
        func shape(_ side: JSONValue?) -> String {
            guard let side else { return "" }
            let numbers = (side["shape"]?.arrayValue ?? []).compactMap(\.intValue).map(String.init)
            return "\(side["dtype"]?.stringValue ?? "") [\(numbers.joined(separator: ", "))]"
        }
        let (old, new) = (shape(tensor["old"]), shape(tensor["new"] ?? (tensor["shape"] != nil ? tensor : nil)))
        let what = (tensor["what"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
        return [
            "name": tensor["name"] ?? "", "kind": .string(kind),
            "shape": .string(old.isEmpty || old == new ? new : "\(old) → \(new)"), "what": .string(what),
        ]
    }
}
