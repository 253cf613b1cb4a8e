// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore

/// What a program must know of one call: the only description of it, from which the document and the page are made.
///
/// A test compares these with the router.
struct APIOperation: Sendable {
    /// What a request shows to be let in; what it may do then is said in words.
    enum Access: Sendable {
        /// A token adds what only its owner may see.
        case anybody
        case token
        /// A token of the chunk store.
        case chunkToken
        /// The address is signed.
        case signature
        /// A registered program's `client_id`.
        case client
        /// A browser's session.
        case session
    }

    let method: HTTPRequest.Method
    /// As the router has it.
    let path: String
    /// Other paths of the same call.
    let also: [String]
    let summary: String
    /// In Markdown, where the summary does not say all.
    let description: String
    let access: Access
    /// Those of the path are in ``APIPathParameters``.
    let parameters: [APIParameter]
    /// What `**` of the path stands for.
    let rest: String
    let body: APIBody?
    let answers: [APIAnswer]

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        also: [String] = [],
        _ summary: String,
        about description: String = "",
        access: Access = .anybody,
        parameters: [APIParameter] = [],
        rest: String = "A path in the repository.",
        body: APIBody? = nil,
        _ answers: APIAnswer...
    ) {
        self.method = method
        self.path = path
        self.also = also
        self.summary = summary
        self.description = description
        self.access = access
        self.parameters = parameters
        self.rest = rest
        self.body = body
        self.answers = answers
    }

    /// A call that each kind of repository has: models without a prefix, datasets and spaces with theirs.
    static func ofEachKind(_ path: String) -> [String] { ["/datasets" + path, "/spaces" + path] }

    /// Every path of the router that this describes.
    var paths: [String] { [path] + also }
}

/// Operations that belong together.
struct APITag: Sendable {
    let name: String
    let summary: String
    let operations: [APIOperation]
}

/// A query item or a header.
struct APIParameter: Sendable {
    let place: String
    let name: String
    let schema: Schema
    let summary: String
    /// May be given several times.
    var isRepeated = false
    var isRequired = false

    static func query(_ name: String, _ schema: Schema, _ summary: String) -> APIParameter {
        APIParameter(place: "query", name: name, schema: schema, summary: summary)
    }

    static func needed(_ name: String, _ schema: Schema, _ summary: String) -> APIParameter {
        APIParameter(place: "query", name: name, schema: schema, summary: summary, isRequired: true)
    }

    static func each(_ name: String, _ schema: Schema, _ summary: String) -> APIParameter {
        APIParameter(place: "query", name: name, schema: schema, summary: summary, isRepeated: true)
    }

    static func header(_ name: String, _ schema: Schema, _ summary: String) -> APIParameter {
        APIParameter(place: "header", name: name, schema: schema, summary: summary)
    }

    static let cursor = query("cursor", .text, "Where the page begins: from the `Link` of the one before.")
    static let limit = query(
        "limit",
        .integer(from: 1, to: 1 << 31),
        "How many at most; the hub has a limit of its own."
    )
    static let page = query("p", .integer(from: 0, to: 1 << 30), "The page, from 0.")
    static let range = header("Range", .text, "`bytes=first-last`, `bytes=first-` or `bytes=-last`; one range.")
    static let ifNoneMatch = header("If-None-Match", .text, "An `ETag`: 304 if it is still that.")
}

/// What a request sends.
struct APIBody: Sendable {
    /// By media type.
    let content: [(type: String, schema: Schema)]
    var isOptional = false
    var summary = ""

    static func json(_ schema: Schema) -> APIBody { APIBody(content: [("application/json", schema)]) }

    static func maybe(_ schema: Schema) -> APIBody {
        APIBody(content: [("application/json", schema)], isOptional: true)
    }

    static func form(_ schema: Schema) -> APIBody {
        APIBody(content: [("application/x-www-form-urlencoded", schema)])
    }

    static func jsonOrForm(_ schema: Schema) -> APIBody {
        APIBody(content: [("application/json", schema), ("application/x-www-form-urlencoded", schema)])
    }

    static func lfs(_ schema: Schema) -> APIBody {
        APIBody(content: [("application/vnd.git-lfs+json", schema), ("application/json", schema)])
    }

    static func bytes(_ summary: String, _ types: String...) -> APIBody {
        APIBody(content: (types.isEmpty ? ["application/octet-stream"] : types).map { ($0, .bytes) }, summary: summary)
    }
}

/// What comes back when it went well, or in a way of its own. Refusals are described once, for all.
struct APIAnswer: Sendable {
    let status: Int
    let summary: String
    let content: [(type: String, schema: Schema)]
    /// Names in ``APIHeaders``.
    let headers: [String]

    static func json(_ schema: Schema, _ summary: String = "", status: Int = 200, _ headers: String...) -> APIAnswer {
        APIAnswer(status: status, summary: summary, content: [("application/json", schema)], headers: headers)
    }

    /// A page of a list.
    static func page(_ item: Schema, _ summary: String = "A page; `Link` leads to the next.", _ headers: String...)
        -> APIAnswer
    {
        APIAnswer(
            status: 200,
            summary: summary,
            content: [("application/json", .list(item))],
            headers: ["Link"] + headers
        )
    }

    static func lfs(_ schema: Schema, _ summary: String = "", status: Int = 200) -> APIAnswer {
        APIAnswer(status: status, summary: summary, content: [("application/vnd.git-lfs+json", schema)], headers: [])
    }

    static func bytes(
        _ summary: String,
        status: Int = 200,
        type: String = "application/octet-stream",
        _ headers: String...
    )
        -> APIAnswer
    {
        APIAnswer(status: status, summary: summary, content: [(type, .bytes)], headers: headers)
    }

    static func text(_ summary: String, type: String = "text/plain") -> APIAnswer {
        APIAnswer(status: 200, summary: summary, content: [(type, .text)], headers: [])
    }

    static func empty(_ status: Int, _ summary: String, _ headers: String...) -> APIAnswer {
        APIAnswer(status: status, summary: summary, content: [], headers: headers)
    }

    static let done = json(.ref("Done"), "Done.")
}
