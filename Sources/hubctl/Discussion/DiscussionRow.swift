// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1

/// A discussion or pull request in a list.
struct DiscussionRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("NUMBER", isNumber: true), .init("STATUS"), .init("TITLE"), .init("AUTHOR"), .init("CREATED"),
    ]

    let json: JSONValue

    var cells: [String] {
        [
            "#\(json["num"]?.intValue ?? 0)", json["status"]?.stringValue ?? "?", json["title"]?.stringValue ?? "",
            json["author"]?["name"]?.stringValue ?? "deleted", json["createdAt"]?.stringValue ?? "",
        ]
    }
}

extension HubClient {
    /// A repo's discussions, the newest first.
    /// - Parameter type: `discussion` or `pull_request`.
    func discussions(
        _ target: RepoTarget,
        type: String,
        status: String,
        author: String?,
        limit: Int
    ) async throws -> [DiscussionRow] {
        var rows: [DiscussionRow] = []
        var page = 0
        while rows.count < limit {
            var query = [("type", type), ("status", status), ("p", String(page))]
            if let author { query.append(("author", author)) }
            let answer = try await get("\(target.apiPath)/discussions", query)
            let more = answer["discussions"]?.arrayValue ?? []
            rows += more.map { DiscussionRow(json: $0) }
            guard !more.isEmpty, Int64(rows.count) < answer["count"]?.intValue ?? 0 else { break }
            page += 1
        }
        return Array(rows.prefix(limit))
    }

    /// One of them with all that happened in it.
    func discussion(_ target: RepoTarget, _ number: DiscussionNumber, diff: Bool = false) async throws -> JSONValue {
        try await get("\(target.apiPath)/discussions/\(number.value)", diff ? [("diff", "1")] : [])
    }

    /// Does something to one of them.
    func change(
        _ target: RepoTarget,
        _ number: DiscussionNumber,
        _ what: String,
        _ body: JSONObject
    ) async throws -> JSONValue {
        var request = HubRequest(.POST, url("\(target.apiPath)/discussions/\(number.value)/\(what)"))
            .json(.object(body))
        request.retry = .untouched
        return try await json(request)
    }

    /// Opens one.
    /// - Returns: its number and page.
    func open(_ target: RepoTarget, _ body: JSONObject) async throws -> (number: Int64, url: String) {
        var request = HubRequest(.POST, url("\(target.apiPath)/discussions")).json(.object(body))
        request.retry = .untouched
        guard let number = try await json(request)["num"]?.intValue else {
            throw CommandFailure("\(origin) does not say which number it is", status: .fault)
        }
        return (number, "\(endpoint)\(target.webPath)/discussions/\(number)")
    }
}
