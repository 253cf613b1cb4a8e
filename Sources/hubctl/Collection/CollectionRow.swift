// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1

/// A collection in a list.
struct CollectionRow: ListDisplayable {
    static let columns: [Table.Column] = [.init("SLUG"), .init("TITLE"), .init("PRIVATE"), .init("UPDATED")]

    let json: JSONValue

    var cells: [String] {
        [
            json["slug"]?.stringValue ?? "?", json["title"]?.stringValue ?? "",
            json["private"]?.boolValue == true ? "yes" : "no", json["lastUpdated"]?.stringValue ?? "",
        ]
    }
}

/// One thing in a collection.
struct CollectionItemRow: ListDisplayable {
    static let columns: [Table.Column] = [.init("ID"), .init("TYPE"), .init("ITEM"), .init("NOTE")]

    let json: JSONValue

    var cells: [String] {
        [
            json["_id"]?.stringValue ?? "?", json["type"]?.stringValue ?? "?",
            json["slug"]?.stringValue ?? json["id"]?.stringValue ?? "?", json["note"]?["text"]?.stringValue ?? "",
        ]
    }
}

extension HubClient {
    /// `/api/collections/…` of a collection as typed.
    ///
    /// Throws ``CommandFailure`` for what is no slug.
    static func collectionPath(_ slug: String) throws -> String {
        let parts = slug.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts.contains("") else {
            throw CommandFailure(
                "'\(Table.printable(slug))' is not a collection",
                hint: "it has the form namespace/title-0123…, as 'hubctl collection list' shows"
            )
        }
        return "/api/collections/" + parts.map { URLText.segment(String($0)) }.joined(separator: "/")
    }

    func change(_ method: HTTPMethod, _ path: String, _ body: JSONObject = [:]) async throws -> JSONValue {
        var request = HubRequest(method, url(path))
        if !body.isEmpty { request = request.json(.object(body)) }
        request.retry = .untouched
        return try await json(request)
    }
}
