// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
import Hummingbird
import Testing

@testable import HubHTTP

@Suite struct PublicURLTests {
    private static func request(_ host: String?, _ headers: HTTPFields = [:]) -> Request {
        let head = HTTPRequest(method: .get, scheme: "http", authority: host, path: "/", headerFields: headers)
        return Request(head: head, body: RequestBody(buffer: .init()))
    }

    @Test(arguments: ["hub.example", "hub.example:8080", "127.0.0.1:1", "[::1]:8080", "[fe80::1]", "a_b-c"])
    func `a host is taken as it came`(_ host: String) throws {
        #expect(try PublicURL().base(of: Self.request(host)) == "http://\(host)")
        #expect(try PublicURL(isTLS: true).base(of: Self.request(host)) == "https://\(host)")
    }

    @Test(arguments: [
        "", "a b", "a/b", "a\"b", "a<b>", "user@host", "a:b", "a:123456", "[::1", "[]", "[::1]x", "a:1:2", "ü",
        String(repeating: "a", count: 300),
    ])
    func `a hostile host is refused`(_ host: String) {
        let error = #expect(throws: HubError.self) { try PublicURL().base(of: Self.request(host)) }
        #expect(error?.code == .badRequest)
    }

    @Test func `forwarded headers count only when trusted`() throws {
        let request = Self.request("inner:1", [.forwardedProto: "https", .forwardedHost: "hub.example, inner"])
        #expect(try PublicURL().base(of: request) == "http://inner:1")
        #expect(try PublicURL(trustsForwardedHeaders: true).base(of: request) == "https://hub.example")
        #expect(try PublicURL(configured: "https://fixed").base(of: request) == "https://fixed")
    }
}
