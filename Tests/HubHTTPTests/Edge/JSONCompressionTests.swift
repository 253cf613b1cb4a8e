// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(1))) struct JSONCompressionTests {
    private static func get(
        _ url: String,
        method: HTTPMethod = .GET,
        accept: String?
    ) async throws -> (HTTPHeaders, ByteBuffer) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let accept { request.headers.add(name: "Accept-Encoding", value: accept) }
        return try await withClient(HTTPClient.Configuration()) { client in
            let response = try await client.execute(request, timeout: .seconds(30))
            return (response.headers, try await response.body.collect(upTo: 10 << 20))
        }
    }

    /// The shared client asks for packed answers and unpacks them; these do what they are told.
    private static func withClient<Value: Sendable>(
        _ configuration: HTTPClient.Configuration,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    @Test func `JSON is packed for those who take it, and says so`() async throws {
        try await withEdgeServer { port in
            let url = "http://127.0.0.1:\(port)/json/80000"
            let (plainHeaders, plain) = try await Self.get(url, accept: nil)
            #expect(plainHeaders["Content-Encoding"].isEmpty)
            #expect(plainHeaders["Vary"] == ["Accept-Encoding, Origin"])
            #expect(plain.readableBytes == 80_002)
            let (headers, packed) = try await Self.get(url, accept: "br, gzip")
            #expect(headers["Content-Encoding"] == ["gzip"])
            #expect(headers["Vary"] == ["Accept-Encoding, Origin"])
            #expect(headers["Content-Length"] == ["\(packed.readableBytes)"])
            #expect(packed.readableBytes < 2000)
            #expect(packed.getBytes(at: 0, length: 2) == [0x1f, 0x8b])
        }
    }

    @Test func `a client that unpacks gets what was written`() async throws {
        try await withEdgeServer { port in
            var configuration = HTTPClient.Configuration()
            configuration.decompression = .enabled(limit: .none)
            try await Self.withClient(configuration) { client in
                let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/json/800000")
                let response = try await client.execute(request, timeout: .seconds(30))
                #expect(response.headers["Content-Encoding"] == ["gzip"])
                let text = String(repeating: "abcdefgh", count: 100_000)
                #expect(String(buffer: try await response.body.collect(upTo: 10 << 20)) == "\"\(text)\"")
            }
        }
    }

    @Test func `small answers, HEAD and files are left as they are`() async throws {
        try await withEdgeServer { port in
            let host = "http://127.0.0.1:\(port)"
            #expect(try await Self.get(host + "/json/800", accept: "gzip").0["Content-Encoding"].isEmpty)
            let (head, _) = try await Self.get(host + "/json/80000", method: .HEAD, accept: "gzip")
            #expect(head["Content-Encoding"].isEmpty)
            let (file, bytes) = try await Self.get(host + "/json-file", accept: "gzip")
            #expect(file["Content-Encoding"].isEmpty)
            #expect(file["Content-Length"] == ["\(EdgeRoutes.size)"])
            #expect(bytes == MemoryReader.pattern(EdgeRoutes.size))
        }
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP;q=0.5", true), ("br;q=1, *;q=0.1", true), ("deflate, gzip;q=1.0", true),
        ("x-gzip", true), ("", false), ("identity", false), ("gzip;q=0", false), ("gzip; q=0.000, *", false),
        ("*;q=0", false), ("gzip;q=nonsense", false),
    ]) func `Accept-Encoding is read with its weights`(_ field: String, _ takes: Bool) {
        #expect(JSONCompressionMiddleware.acceptsGzip([field]) == takes)
    }
}
