// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A discussion as people read it.
enum DiscussionText {
    static func lines(_ json: JSONValue) -> [String] {
        let isPull = json["isPullRequest"]?.boolValue ?? false
        var lines = [
            "#\(json["num"]?.intValue ?? 0) \(Table.printable(json["title"]?.stringValue ?? ""))",
            "\(isPull ? "pull request" : "discussion"), \(json["status"]?.stringValue ?? "?"), by "
                + "\(json["author"]?["name"]?.stringValue ?? "deleted") on \(json["createdAt"]?.stringValue ?? "?")",
        ]
        if isPull, let base = json["changes"]?["base"]?.stringValue {
            lines.append("\(json["gitReference"]?.stringValue ?? "refs/pr/?") into \(base)")
        }
        if let merged = json["changes"]?["mergeCommitId"]?.stringValue { lines.append("merged as \(merged)") }
        switch json["filesWithConflicts"] {
        case .array(let files) where !files.isEmpty:
            lines.append("conflicts: " + files.compactMap(\.stringValue).map(Table.printable).joined(separator: ", "))
        case .bool(true): lines.append("cannot be merged as it is")
        default: break
        }
        for event in json["events"]?.arrayValue ?? [] { lines += self.event(event) }
        return lines
    }

    private static func event(_ event: JSONValue) -> [String] {
        let who = event["author"]?["name"]?.stringValue ?? "deleted"
        let head = "\(event["createdAt"]?.stringValue ?? "?") \(Table.printable(who))"
        let data = event["data"] ?? [:]
        switch event["type"]?.stringValue {
        case "comment":
            // Lines of a stranger's text are kept apart, and cannot steer the terminal.
            let text = data["latest"]?["raw"]?.stringValue ?? ""
            let body = text.split(separator: "\n", omittingEmptySubsequences: false).map {
                "  " + Table.printable(String($0))
            }
            let isEdited = data["edited"]?.boolValue == true
            let note = data["hidden"]?.boolValue == true ? ", hidden" : isEdited ? ", edited" : ""
            return ["", "\(head) [\(event["id"]?.stringValue ?? "?")]\(note)\(place(data["review"])):"] + body
        case "review":
            let isApproval = data["verdict"]?.stringValue == "approve"
            return ["", "\(head): \(isApproval ? "approves" : "asks for changes")"]
        case "status-change": return ["", "\(head): \(data["status"]?.stringValue ?? "?")"]
        case "title-change": return ["", "\(head): renamed to \(Table.printable(data["to"]?.stringValue ?? "?"))"]
        case "commit":
            let oid = data["oid"]?.stringValue?.prefix(12) ?? "?"
            return ["", "\(head): commit \(oid) \(Table.printable(data["subject"]?.stringValue ?? ""))"]
        default: return ["", "\(head): \(event["type"]?.stringValue ?? "?")"]
        }
    }

    /// What a comment is about, where that is a file.
    private static func place(_ review: JSONValue?) -> String {
        guard let path = review?["path"]?.stringValue else { return "" }
        let line = review?["line"]?.intValue.map { ", line \($0)" } ?? ""
        return " on \(Table.printable(path))\(line)"
    }
}
