// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

/// Asks once, follows nothing, and gives every answer as it came.
struct DoctorProbe: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer
        /// Seconds to the head, and to the last byte.
        let headSeconds: Double
        let seconds: Double

        /// Whether the hub itself has answered: it puts an id on everything.
        var isFromHub: Bool { headers.contains(name: "x-request-id") && !isPage }
        /// A proxy's own page.
        var isPage: Bool { headers.first(name: "content-type")?.hasPrefix("text/html") == true }
        var json: JSONValue? { try? JSONValue(parsing: body) }

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// For people.
        var text: String {
            let message = header("x-error-message") ?? json?["error"]?.stringValue
            return "\(status)" + (message.map { " (\($0))" } ?? (isPage ? " (a page of HTML)" : ""))
        }
    }

    private static let bodyLimit = 64 << 20

    let endpoint: String
    let origin: String
    let token: String?
    private let client: HTTPClient

    init(client hub: HubClient) {
        (endpoint, origin, token) = (hub.endpoint, hub.origin, hub.token)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(120), write: .seconds(120))
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws { try await client.shutdown() }

    /// - Parameter target: an absolute URL, or a path of the hub with its query.
    func ask(
        _ method: HTTPMethod,
        _ target: String,
        headers: [(String, String)] = [],
        body: HTTPClientRequest.Body? = nil,
        withToken: Bool = true,
        keepsBody: Bool = true,
        onBytes: (ByteBuffer) -> Void = { _ in }
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: target.hasPrefix("/") ? endpoint + target : target)
        request.method = method
        request.headers.add(name: "user-agent", value: "hubctl/\(HubVersion.text)")
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if withToken, let token { request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)") }
        request.body = body
        let start = ContinuousClock.now
        do {
            let response = try await client.execute(request, timeout: .minutes(30))
            let head = (ContinuousClock.now - start) / .seconds(1)
            var kept = ByteBuffer()
            for try await chunk in response.body {
                onBytes(chunk)
                if keepsBody, kept.readableBytes + chunk.readableBytes <= Self.bodyLimit {
                    kept.writeImmutableBuffer(chunk)
                }
            }
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                body: kept,
                headSeconds: head,
                seconds: (ContinuousClock.now - start) / .seconds(1)
            )
        } catch {
            throw HubClient.networkFailure(error, origin: origin)
        }
    }

    func ask(_ method: HTTPMethod, _ target: String, json: JSONValue) async throws -> Answer {
        var buffer = ByteBuffer()
        json.write(into: &buffer)
        return try await ask(method, target, headers: [("content-type", "application/json")], body: .bytes(buffer))
    }
}
