// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(1))) struct EdgeServerTests {
    private static func get(
        _ url: String,
        method: HTTPMethod = .GET,
        _ headers: HTTPHeaders = [:],
        client: HTTPClient = .shared
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        let response = try await client.execute(request, timeout: .seconds(30))
        return (response, try await response.body.collect(upTo: 10 << 20))
    }

    @Test func `a range is exactly its bytes, and the rest is kept`() async throws {
        try await withEdgeServer { port in
            let whole = MemoryReader.pattern(EdgeRoutes.size)
            let (all, body) = try await Self.get("http://127.0.0.1:\(port)/blob")
            #expect(all.status == .ok)
            #expect(body == whole)
            let (part, slice) = try await Self.get("http://127.0.0.1:\(port)/blob", ["Range": "bytes=300000-899999"])
            #expect(part.status == .partialContent)
            #expect(part.headers.first(name: "Content-Range") == "bytes 300000-899999/3000000")
            #expect(slice == whole.getSlice(at: 300_000, length: 600_000))
            let (past, _) = try await Self.get("http://127.0.0.1:\(port)/blob", ["Range": "bytes=3000000-"])
            #expect(past.status == .rangeNotSatisfiable)
            #expect(past.headers.first(name: "Content-Range") == "bytes */3000000")
            let (same, _) = try await Self.get("http://127.0.0.1:\(port)/blob", ["If-None-Match": "\"t\""])
            #expect(same.status == .notModified)
        }
    }

    @Test func `HEAD tells the length and opens nothing`() async throws {
        let routes = EdgeRoutes()
        try await withEdgeServer(routes) { port in
            let (head, body) = try await Self.get("http://127.0.0.1:\(port)/blob", method: .HEAD)
            #expect(head.headers.first(name: "Content-Length") == "3000000")
            #expect(head.headers.first(name: "ETag") == "\"t\"")
            #expect(body.readableBytes == 0)
            #expect(routes.events.opened.load(ordering: .relaxed) == 0)
        }
    }

    @Test func `a read that fails midway breaks the answer off`() async throws {
        try await withEdgeServer { port in
            await #expect(throws: (any Error).self) { try await Self.get("http://127.0.0.1:\(port)/broken") }
        }
    }

    @Test(arguments: [true, false]) func `TLS and HTTP/2 carry the same bytes`(_ http2: Bool) async throws {
        let files = try TestCertificate()
        var options = ServerOptions()
        options.tlsCertificatePath = files.certificate
        options.tlsKeyPath = files.key
        options.http2 = http2
        try await withEdgeServer(options: options) { port in
            var configuration = HTTPClient.Configuration(certificateVerification: .none)
            configuration.httpVersion = .automatic
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            do {
                let (response, body) = try await Self.get("https://127.0.0.1:\(port)/blob", client: client)
                #expect(response.version == (http2 ? .http2 : .http1_1))
                #expect(body == MemoryReader.pattern(EdgeRoutes.size))
                await #expect(throws: (any Error).self) {
                    try await Self.get("https://127.0.0.1:\(port)/broken", client: client)
                }
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
    }

    @Test func `100 Continue comes when the body is read`() async throws {
        try await withEdgeServer { port in
            let head = "PUT /count HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            let text = try await rawExchange(port, head) { $0.contains("\r\n\r\n") }
            #expect(text.hasPrefix("HTTP/1.1 100 Continue\r\n"))
        }
    }

    @Test func `a refused upload gets its answer, no 100, and a closed connection`() async throws {
        try await withEdgeServer { port in
            let head = "PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\nExpect: 100-continue\r\n\r\n"
            let text = try await rawExchange(port, head)
            #expect(text.hasPrefix("HTTP/1.1 403 "))
            #expect(text.lowercased().contains("connection: close"))
            #expect(text.hasSuffix("{\"error\":\"no\"}"))
        }
    }

    @Test func `a small refused body keeps the connection`() async throws {
        try await withEdgeServer { port in
            let two =
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
            let text = try await rawExchange(port, two) { $0.contains("{\"status\":\"ok\"}") }
            #expect(text.hasPrefix("HTTP/1.1 403 "))
            #expect(text.contains("HTTP/1.1 200 "))
        }
    }

    @Test func `another expectation fails`() async throws {
        try await withEdgeServer { port in
            let (response, _) = try await Self.get("http://127.0.0.1:\(port)/healthz", ["Expect": "tea"])
            #expect(response.status == .expectationFailed)
        }
    }

    @Test func `a head that does not come whole is cut off`() async throws {
        var options = ServerOptions()
        options.headSeconds = 1
        try await withEdgeServer(options: options) { port in
            let text = try await rawExchange(port, "GET /healthz HTTP/1.1\r\nHost:")
            #expect(text == "")
        }
    }

    @Test func `a body that stands still is cut off`() async throws {
        var options = ServerOptions()
        options.bodySeconds = 1
        try await withEdgeServer(options: options) { port in
            let text = try await rawExchange(port, "PUT /count HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
            #expect(!text.contains("200 OK"))
        }
    }

    @Test func `an idle connection is closed`() async throws {
        var options = ServerOptions()
        options.idleSeconds = 1
        try await withEdgeServer(options: options) { port in
            let text = try await rawExchange(port, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `a head that is too large is answered 431`() async throws {
        try await withEdgeServer { port in
            let padding = String(repeating: "a", count: 70_000)
            let text = try await rawExchange(port, "GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: \(padding)\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test func `work ends when its client is gone`() async throws {
        let routes = EdgeRoutes()
        try await withEdgeServer(routes) { port in
            let client = Task { try await rawExchange(port, "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n") }
            for await _ in routes.events.started.stream {}
            client.cancel()
            for await _ in routes.events.cancelled.stream {}
        }
    }

    @Test func `the wrong method is 405 and says which are right`() async throws {
        try await withEdgeServer { port in
            let (response, _) = try await Self.get("http://127.0.0.1:\(port)/blob", method: .DELETE)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers.first(name: "Allow") == "GET, HEAD")
            let (none, body) = try await Self.get("http://127.0.0.1:\(port)/none")
            #expect(none.status == .notFound)
            #expect(none.headers.first(name: "X-Error-Code") == "NotFound")
            #expect(String(buffer: body) == "{\"error\":\"Not Found\"}")
        }
    }

    @Test func `an unknown error is a bare 500`() async throws {
        try await withEdgeServer { port in
            let (response, body) = try await Self.get("http://127.0.0.1:\(port)/bug")
            #expect(response.status == .internalServerError)
            #expect(String(buffer: body) == "{\"error\":\"Internal Server Error\"}")
        }
    }

    @Test func `the answer has the client's request id, its trace id, or a fresh one`() async throws {
        try await withEdgeServer { port in
            let url = "http://127.0.0.1:\(port)/healthz"
            let (given, _) = try await Self.get(url, ["X-Request-Id": "abc", "X-Amzn-Trace-Id": "t"])
            #expect(given.headers.first(name: "X-Request-Id") == "abc")
            let (traced, _) = try await Self.get(url, ["X-Amzn-Trace-Id": "Root=1-2;t"])
            #expect(traced.headers.first(name: "X-Request-Id") == "Root=1-2;t")
            let (long, _) = try await Self.get(url, ["X-Request-Id": String(repeating: "x", count: 129)])
            #expect(long.headers.first(name: "X-Request-Id")?.count == 36)
        }
    }

    @Test func `encoded slashes reach the handler, and doubled ones are one`() async throws {
        try await withEdgeServer { port in
            let base = "http://127.0.0.1:\(port)/segment/refs%2Fpr%2F1/x"
            let (_, one) = try await Self.get(base + "/a%20b/c")
            #expect(String(buffer: one) == "refs/pr/1|a b/c")
            let (_, two) = try await Self.get(base + "//a//b/")
            #expect(String(buffer: two) == "refs/pr/1|a/b")
            let path = "/segment/a/x/b%zz"
            let bad = try await rawExchange(port, "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n") { $0.contains("}") }
            #expect(bad.hasPrefix("HTTP/1.1 400 "))
        }
    }
}
