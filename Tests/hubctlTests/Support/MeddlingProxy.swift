// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Stands before a hubd, and is what tests need a hub to be: older, forgetful or false.
final class MeddlingProxy: Sendable {
    enum Act: Sendable {
        case pass
        /// Answers itself, with this status.
        case refuse(HTTPResponseStatus)
        /// Passes the answer on with one byte of its body changed.
        case flip
    }

    /// What to do with a request, by its method and path, and how often that one came before.
    typealias Rule = @Sendable (HTTPMethod, String, Int) -> Act

    private let target: String
    private let rule: Rule
    private let seen = Mutex<[String: Int]>([:])

    private init(target: String, rule: @escaping Rule) {
        self.target = target
        self.rule = rule
    }

    /// Paths without their queries, and how often each was asked for.
    var requests: [String: Int] { seen.withLock { $0 } }

    /// Runs `body` with a hub as seen through a proxy.
    static func before(
        _ hub: LiveHub,
        rule: @escaping Rule,
        _ body: (LiveHub, MeddlingProxy) async throws -> Void
    ) async throws {
        let proxy = MeddlingProxy(target: hub.endpoint, rule: rule)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(proxy: proxy))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        let seen = LiveHub(scratch: hub.scratch, endpoint: "http://127.0.0.1:\(port)", token: hub.token)
        do {
            try await body(seen, proxy)
        } catch {
            try await server.close()
            throw error
        }
        try await server.close()
    }

    private typealias Answer = (status: HTTPResponseStatus, headers: HTTPHeaders, body: ByteBuffer)

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer) async -> Answer {
        let path = String(head.uri.prefix { $0 != "?" })
        let before = seen.withLock { seen in
            defer { seen[path, default: 0] += 1 }
            return seen[path, default: 0]
        }
        let act = rule(head.method, path, before)
        if case .refuse(let status) = act { return (status, ["content-length": "0"], ByteBuffer()) }
        var request = HTTPClientRequest(url: target + head.uri)
        request.method = head.method
        // With the host as it came: the hub builds its addresses from it.
        request.headers = head.headers
        request.headers.remove(name: "transfer-encoding")
        if body.readableBytes > 0 { request.body = .bytes(body) }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .minutes(1))
            var bytes = head.method == .HEAD ? ByteBuffer() : try await response.body.collect(upTo: 256 << 20)
            if case .flip = act, let byte: UInt8 = bytes.getInteger(at: bytes.readableBytes / 2) {
                bytes.setInteger(byte ^ 1, at: bytes.readableBytes / 2)
            }
            var headers = response.headers
            headers.remove(name: "transfer-encoding")
            if head.method != .HEAD { headers.replaceOrAdd(name: "content-length", value: "\(bytes.readableBytes)") }
            return (response.status, headers, bytes)
        } catch {
            return (.badGateway, ["content-length": "0"], ByteBuffer())
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart

        private let proxy: MeddlingProxy
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(proxy: MeddlingProxy) { self.proxy = proxy }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ByteBuffer()
            case .body(var piece): body.writeBuffer(&piece)
            case .end:
                guard let head else { return }
                let (proxy, body, channel) = (proxy, body, context.channel)
                Task {
                    let answer = await proxy.answer(head, body)
                    let start = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
                    channel.write(HTTPServerResponsePart.head(start), promise: nil)
                    channel.write(HTTPServerResponsePart.body(.byteBuffer(answer.body)), promise: nil)
                    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
                }
            }
        }
    }
}
