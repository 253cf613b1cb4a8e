// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubApp
import NIOCore
import NIOHTTP1
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(1))) struct CORSTests {
    private static func ask(
        _ path: String,
        _ method: HTTPMethod = .GET,
        _ headers: HTTPHeaders,
        origins: AllowedOrigins = .any
    ) async throws -> HTTPClientResponse {
        let router = edgeRouter(metrics: Metrics(), corsOrigins: origins, checkHealth: {}, groups: [EdgeRoutes()])
        return try await withServer(of: router) { port in
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.method = method
            request.headers = headers
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            _ = try await response.body.collect(upTo: 10 << 20)
            return response
        }
    }

    private static let origin: HTTPHeaders = ["Origin": "https://page.example"]
    private static let preflight: HTTPHeaders = [
        "Origin": "https://page.example", "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,x-custom",
    ]

    @Test func `a page may read an answer, its headers, and errors`() async throws {
        for (path, status) in [
            ("/json/8", HTTPResponseStatus.ok), ("/none", .notFound), ("/bug", .internalServerError),
        ] {
            let answer = try await Self.ask(path, .GET, Self.origin)
            #expect(answer.status == status)
            #expect(answer.headers["Access-Control-Allow-Origin"] == ["*"])
            let exposed = answer.headers["Access-Control-Expose-Headers"].joined().split(separator: ",")
            #expect(
                exposed.contains("X-Error-Code") && exposed.contains("X-Xet-Cas-Url") && exposed.contains("RateLimit")
            )
            // A page that sends cookies along is shown nothing.
            #expect(answer.headers["Access-Control-Allow-Credentials"] == [])
        }
    }

    @Test func `a preflight allows what is asked for, on any path and with no route run`() async throws {
        for path in ["/count", "/none"] {
            let answer = try await Self.ask(path, .OPTIONS, Self.preflight)
            #expect(answer.status == .noContent)
            #expect(answer.headers["Access-Control-Allow-Origin"] == ["*"])
            #expect(answer.headers["Access-Control-Allow-Headers"] == ["authorization,x-custom"])
            #expect(answer.headers["Access-Control-Allow-Methods"].first?.contains("PUT") == true)
            #expect(answer.headers["Access-Control-Max-Age"] == ["86400"])
        }
    }

    @Test func `caches keep answers to origins apart`() async throws {
        let plain = try await Self.ask("/segment/a/x/b", .GET, [:])
        #expect(plain.headers["Access-Control-Allow-Origin"] == [])
        #expect(plain.headers["Vary"] == ["Origin"])
        let packable = try await Self.ask("/json/8", .GET, [:])
        #expect(packable.headers["Vary"] == ["Accept-Encoding, Origin"])
    }

    @Test func `only named origins are answered when some are named`() async throws {
        let named = try #require(AllowedOrigins("https://Page.example, http://127.0.0.1:3000"))
        let allowed = try await Self.ask("/json/8", .GET, Self.origin, origins: named)
        #expect(allowed.headers["Access-Control-Allow-Origin"] == ["https://page.example"])
        let other = try await Self.ask("/json/8", .GET, ["Origin": "https://other.example"], origins: named)
        // The call itself is answered: it is the browser that keeps it from the page.
        #expect(other.status == .ok)
        #expect(other.headers["Access-Control-Allow-Origin"] == [])
        let refused = try await Self.ask("/count", .OPTIONS, Self.preflight, origins: .these([]))
        #expect(refused.status == .forbidden)
        #expect(refused.headers["Access-Control-Allow-Origin"] == [])
    }

    @Test(arguments: [
        ("*", "*"), ("", ""), ("https://a.example", "https://a.example"),
        ("http://b:8080 https://a.example", "http://b:8080 https://a.example"), ("a.example", nil),
        ("https://a.example/", nil), ("https://", nil), ("* https://a.example", nil),
    ])
    func `origins are read`(text: String, expected: String?) {
        #expect(AllowedOrigins(text)?.text == expected)
    }
}
