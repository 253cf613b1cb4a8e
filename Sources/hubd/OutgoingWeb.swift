// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubApp
import NIOCore
import NIOHTTP1

/// Requests to an identity provider: short, small, and to the address that was asked for only.
final class OutgoingWeb: WebClient {
    private static let timeout = TimeAmount.seconds(10)
    private static let maximumBytes = 1 << 20

    private let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: Self.timeout)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func send(_ request: WebRequest) async throws -> WebAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.headers.add(name: "Accept", value: "application/json")
        outgoing.headers.add(name: "User-Agent", value: "vitrine")
        if let authorization = request.authorization {
            outgoing.headers.add(name: "Authorization", value: authorization)
        }
        if let form = request.form {
            outgoing.method = .POST
            outgoing.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            outgoing.body = .bytes(ByteBuffer(string: form))
        }
        let response = try await client.execute(outgoing, timeout: Self.timeout)
        let body = try await response.body.collect(upTo: Self.maximumBytes)
        return WebAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
    }

    func shutDown() async throws { try await client.shutdown() }
}
