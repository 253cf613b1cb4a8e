// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// A browser: keeps cookies, says where its forms are from, follows nothing.
final class TestBrowser: Sendable {
    let base: String
    private let cookies = Mutex<[String: String]>([:])

    struct Page {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var location: String? { headers.first(name: "Location") }
        var cookie: String? { headers["Set-Cookie"].first { $0.hasPrefix("vitrine_session=") } }
        var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }
    }

    init(port: Int) { base = "http://127.0.0.1:\(port)" }

    var session: String? {
        get { cookies.withLock { $0["vitrine_session"] } }
        set { cookies.withLock { $0["vitrine_session"] = newValue } }
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Page {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        let jar = cookies.withLock { $0 }
        if !jar.isEmpty {
            request.headers.add(name: "Cookie", value: jar.map { "\($0)=\($1)" }.joined(separator: "; "))
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let client = Self.client
        let answer = try await client.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await answer.body.collect(upTo: 4 << 20))
        for line in answer.headers["Set-Cookie"] {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let name = pair.first, let value = pair.last else { continue }
            cookies.withLock { $0[String(name)] = value.isEmpty ? nil : String(value) }
        }
        return Page(status: Int(answer.status.code), headers: answer.headers, text: text)
    }

    /// Redirects are what tests look at.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    func get(_ path: String) async throws -> Page { try await send(.GET, path, headers: [("Accept", "text/html")]) }

    /// Sends a form as one of the hub's own pages would.
    func form(_ path: String, _ fields: [String: String], headers: [(String, String)]? = nil) async throws -> Page {
        let body = fields.map { "\(PercentCoding.encode($0))=\(PercentCoding.encode($1))" }.joined(separator: "&")
        let own = headers ?? [("Origin", base), ("Sec-Fetch-Site", "same-origin")]
        return try await send(
            .POST,
            path,
            headers: own + [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")],
            body: body
        )
    }

    /// What this session's forms carry.
    func formKey() async throws -> String {
        let page = try await get("/login").text
        let rest = try #require(page.split(separator: "name=\"form_key\" value=\"").dropFirst().first)
        return String(rest.prefix { $0 != "\"" })
    }

    /// Calls the API as a page's script does.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, key: String? = nil) async throws -> Page {
        var shown = key
        if shown == nil { shown = try await formKey() }
        return try await send(
            method,
            path,
            headers: [("X-Form-Key", shown ?? ""), ("Sec-Fetch-Site", "same-origin"), ("Origin", base)],
            body: body?.serialized
        )
    }

    func signIn(_ name: String, _ password: String) async throws {
        let page = try await form("/login", ["name": name, "password": password, "return_to": "/login"])
        try #require(page.status == 303, "\(page.text)")
    }
}
