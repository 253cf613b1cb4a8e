// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A search over a hub's models, datasets or spaces.
struct RepoQuery: Sendable {
    var kind: RepoKind
    var search: String?
    var author: String?
    /// Task of models (`pipeline_tag`); `task_categories:` tag of datasets.
    var task: String?
    var library: String?
    /// Tags that must all be there.
    var filters: [String] = []
    var sort: String?
    var limit = 20

    init(kind: RepoKind) { self.kind = kind }

    var items: [(String, String)] {
        var items: [(String, String)] = []
        if let search { items.append(("search", search)) }
        if let author { items.append(("author", author)) }
        if let task { items.append(kind == .model ? ("pipeline_tag", task) : ("filter", "task_categories:\(task)")) }
        if let library { items.append(("filter", kind == .model ? library : "library:\(library)")) }
        items += filters.map { ("filter", $0) }
        if let sort { items.append(("sort", sort)) }
        items.append(("limit", String(min(limit, 1000))))
        items.append(("full", "true"))
        return items
    }

    func run(_ client: HubClient) async throws -> [RepoSummary] {
        try await client.list("/api/\(kind.plural)", items, limit: limit).map { RepoSummary(json: $0) }
    }
}

/// A line of a list of repos.
struct RepoSummary: ListDisplayable, Sendable {
    static let columns: [Table.Column] = [
        .init("ID"), .init("TASK"), .init("DOWNLOADS", isNumber: true), .init("LIKES", isNumber: true),
        .init("MODIFIED"), .init("VISIBILITY"),
    ]

    let json: JSONValue

    var cells: [String] {
        [
            json["id"]?.stringValue ?? json["modelId"]?.stringValue ?? "?",
            json["pipeline_tag"]?.stringValue ?? Self.taskTag(json) ?? "",
            json["downloads"]?.intValue.map(String.init) ?? "",
            json["likes"]?.intValue.map(String.init) ?? "",
            json["lastModified"]?.stringValue.map { String($0.prefix(10)) } ?? "",
            json["private"]?.boolValue.map { $0 ? "private" : "public" } ?? "",
        ]
    }

    private static func taskTag(_ json: JSONValue) -> String? {
        let prefix = "task_categories:"
        let tags = json["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return tags.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}
