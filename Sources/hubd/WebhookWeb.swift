// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubApp
import HubCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Messages to webhooks: short, to the very address that was checked, without following anybody elsewhere.
struct WebhookWeb: WebhookSender {
    private static let timeout = TimeAmount.seconds(10)
    /// Bytes of an answer that are read; nobody looks at them.
    private static let answerBytes = 64 << 10

    func post(
        _ url: String,
        headers: [(String, String)],
        body: String,
        targets: WebhookTargets
    ) async throws -> Int {
        guard let host = WebhookTargets.host(of: url) else { throw HubError(.badRequest, "The webhook's url is none") }
        // Looked up once: asked again, a name may stand for another address than the one that was checked.
        let address = try await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(host, port: 0).ipAddress
        }
        guard let address else { throw HubError(.badRequest, "\(host) stands for no IP address") }
        try targets.check(address: address)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: Self.timeout)
        configuration.dnsOverride = [host: address]
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.body = .bytes(ByteBuffer(string: body))
            let response = try await client.execute(request, timeout: Self.timeout)
            _ = try? await response.body.collect(upTo: Self.answerBytes)
            try await client.shutdown()
            return Int(response.status.code)
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}
