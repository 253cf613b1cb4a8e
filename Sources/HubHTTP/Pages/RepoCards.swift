// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// Repos as they stand in lists of pages.
enum RepoCards {
    /// What a list needs of each repo, as `expand` names it.
    static func fields(_ kind: RepoKind) -> [String] {
        switch kind {
        case .model:
            ["downloads", "likes", "pipeline_tag", "library_name", "lastModified", "private", "gated", "safetensors"]
        case .dataset: ["downloads", "likes", "lastModified", "private", "gated", "description"]
        case .space: ["likes", "lastModified", "private", "sdk"]
        }
    }

    private static let names = [
        "namespace", "task", "taskIcon", "library", "sdk", "parameters", "updated", "downloads", "likes", "isPrivate",
        "isGated",
        "about",
    ]

    /// Template data of an item of a list.
    static func item(_ repo: JSONValue, _ kind: RepoKind, now: Timestamp) -> JSONValue {
        let id = repo["id"]?.stringValue ?? ""
        var item: JSONObject = [
            "id": .string(id), "url": .string(SiteURL.repo(kind, id)), "kind": .string(kind.rawValue),
        ]
        if let slash = id.firstIndex(of: "/") {
            item["namespace"] = .string(String(id[..<slash]))
            item["name"] = .string(String(id[id.index(after: slash)...]))
        }
        if let task = repo["pipeline_tag"]?.stringValue {
            item["task"] = .string(TaskCatalog.task(task)?.label ?? task)
            item["taskIcon"] = .string(TaskIcons.path(task))
        }
        item["library"] = repo["library_name"]?.stringValue.map { .string(Libraries.label(of: $0) ?? $0) }
        item["sdk"] = repo["sdk"]
        item["parameters"] = repo["safetensors"]?["total"]?.intValue.map { .string(Display.count($0)) }
        item["updated"] = Display.time(repo["lastModified"]?.stringValue, now: now)
        for name in ["downloads", "likes"] {
            guard let count = repo[name]?.intValue, count > 0 else { continue }
            item[name] = .string(Display.count(count))
        }
        item["isPrivate"] = repo["private"]
        item["isGated"] = .bool(repo["gated"]?.stringValue != nil)
        item["about"] = repo["description"]?.stringValue.map { .string(String($0.prefix(160))) }
        // What a repo has not, it does not have from the page around it.
        for name in Self.names where item[name] == nil { item[name] = .null }
        return .object(item)
    }
}
