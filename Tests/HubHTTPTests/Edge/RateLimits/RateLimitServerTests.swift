// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubApp
import HubCore
import HubTestSupport
import NIOCore
import NIOHTTP1
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(1))) struct RateLimitServerTests {
    private static func get(_ port: Int, _ path: String, token: String? = nil, _ more: HTTPHeaders = [:]) async throws
        -> HTTPClientResponse
    {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers = more
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 20)
        return response
    }

    /// A hub whose accounts may call the API six times in a hundred seconds, and whose strangers three times.
    private static func withHub(
        proxied: Bool = false,
        _ body: @escaping @Sendable (TestHub, Int, String, Metrics) async throws -> Void
    ) async throws {
        var limits = RateLimits()
        limits.windowSeconds = 100
        limits.api = RateLimits.Quota(account: 6, address: 3)
        limits.pages = RateLimits.Quota(account: 1, address: 1)
        try await withTestHub { [limits] test in
            let name = try AccountName("ada")
            let token = try await test.hub.accounts.createUser(name, fullName: nil, email: nil, isAdmin: false).secret
                .text
            let metrics = Metrics()
            let router = hubRouter(
                test.hub,
                publicURL: PublicURL(trustsForwardedHeaders: proxied),
                limiter: RateLimiter(limits) { 0 },
                metrics: metrics
            )
            try await withServer(of: router) { port in try await body(test, port, token, metrics) }
        }
    }

    @Test func `every answer says what is left, errors too, and a refusal how long to wait`() async throws {
        try await Self.withHub { _, port, token, metrics in
            let first = try await Self.get(port, "/api/whoami-v2", token: token)
            #expect(first.headers["RateLimit"] == ["\"api\";r=5;t=17"])
            #expect(first.headers["RateLimit-Policy"] == ["\"token bucket\";\"api\";q=6;w=100"])
            #expect(first.headers["Retry-After"] == [])
            let missing = try await Self.get(port, "/api/models/ada/none", token: token)
            #expect(missing.status == .notFound)
            #expect(missing.headers["RateLimit"] == ["\"api\";r=4;t=34"])
            for _ in 0..<4 { _ = try await Self.get(port, "/api/whoami-v2", token: token) }
            let refused = try await Self.get(port, "/api/whoami-v2", token: token)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers["RateLimit"] == ["\"api\";r=0;t=17"])
            #expect(refused.headers["Retry-After"] == ["17"])
            #expect(refused.headers["X-Error-Code"] == ["RateLimited"])
            #expect(refused.headers["X-Error-Message"].first?.contains("Wait 17 seconds") == true)
            // Others, and other kinds, go on.
            #expect(try await Self.get(port, "/api/models").status == .ok)
            #expect(try await Self.get(port, "/healthz").headers["RateLimit"] == [])
            #expect(metrics.exposition().contains("vitrine_http_rate_limited_total{kind=\"api\"} 1"))
        }
    }

    @Test func `an account is one client, whichever token it uses`() async throws {
        try await Self.withHub { test, port, token, _ in
            let other = try await test.hub.accounts.createToken(
                for: AccountName("ada"),
                tokenName: "other",
                role: .read,
                scopes: [],
                lifetimeSeconds: nil
            ).text
            for _ in 0..<6 { _ = try await Self.get(port, "/api/whoami-v2", token: token) }
            #expect(try await Self.get(port, "/api/whoami-v2", token: other).status == .tooManyRequests)
        }
    }

    @Test func `wrong tokens count for the address they come from`() async throws {
        try await Self.withHub { _, port, token, _ in
            for number in 0..<3 {
                let answer = try await Self.get(port, "/api/whoami-v2", token: "hf_wrong_\(number)")
                #expect(answer.status == .unauthorized)
                #expect(answer.headers["RateLimit"].first?.hasPrefix("\"api\";r=\(2 - number)") == true)
            }
            #expect(try await Self.get(port, "/api/whoami-v2", token: "hf_wrong_more").status == .tooManyRequests)
            #expect(try await Self.get(port, "/api/models").status == .tooManyRequests)
            #expect(try await Self.get(port, "/api/whoami-v2", token: token).status == .ok)
        }
    }

    @Test func `strangers behind a trusted proxy are told apart by what the proxy saw`() async throws {
        try await Self.withHub(proxied: true) { _, port, _, _ in
            func get(_ forwarded: String) async throws -> UInt {
                try await Self.get(port, "/api/models", ["X-Forwarded-For": forwarded]).status.code
            }
            for forged in ["1.1.1.1", "2.2.2.2", "3.3.3.3"] {
                #expect(try await get("\(forged), 192.0.2.1") == 200)
            }
            #expect(try await get("4.4.4.4, 192.0.2.1") == 429)
            #expect(try await get("192.0.2.2") == 200)
            // What is no address is not believed; it counts for the socket's peer.
            for _ in 0..<3 { _ = try await get("unknown") }
            #expect(try await get("127.0.0.1") == 429)
        }
    }

    @Test func `a header that nobody vouches for changes nothing`() async throws {
        try await Self.withHub { _, port, _, _ in
            for number in 1...3 {
                _ = try await Self.get(port, "/api/models", ["X-Forwarded-For": "192.0.2.\(number)"])
            }
            let refused = try await Self.get(port, "/api/models", ["X-Forwarded-For": "192.0.2.4"])
            #expect(refused.status == .tooManyRequests)
        }
    }

    @Test func `a browser that is refused gets a page`() async throws {
        try await Self.withHub { _, port, _, _ in
            _ = try await Self.get(port, "/nothing/here", ["Accept": "text/html"])
            let refused = try await Self.get(port, "/nothing/here", ["Accept": "text/html"])
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers["Content-Type"].first?.hasPrefix("text/html") == true)
            #expect(refused.headers["RateLimit"].first?.hasPrefix("\"pages\";r=0") == true)
        }
    }
}
