// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Synchronization

@testable import HubHTTP

/// Bytes in memory as an open blob. Reads from `failingFrom` on fail.
struct MemoryReader: BlobReader {
    let bytes: ByteBuffer
    var failingFrom = Int64.max
    var size: Int64 { Int64(bytes.readableBytes) }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard offset < failingFrom else { throw HubError(.corrupt, "planted") }
        return bytes.getSlice(at: Int(offset), length: min(count, bytes.readableBytes - Int(offset))) ?? ByteBuffer()
    }

    /// `count` bytes that tell where they are.
    static func pattern(_ count: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    }
}

/// Routes that use every edge piece.
struct EdgeRoutes: RouteGroup {
    static let size = 3_000_000
    let events = Events()
    private let blob = MemoryReader.pattern(EdgeRoutes.size)

    /// What handlers saw, to be awaited by tests.
    final class Events: Sendable {
        let started = AsyncStream<Void>.makeStream()
        let cancelled = AsyncStream<Void>.makeStream()
        let opened = Atomic<Int>(0)
    }

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/blob") { request, context in
            try await Response.bytes(
                for: request,
                context: context,
                size: Int64(Self.size),
                etag: ETag("t"),
                headers: [.contentType: "application/octet-stream"]
            ) {
                events.opened.wrappingAdd(1, ordering: .relaxed)
                return MemoryReader(bytes: blob)
            }
        }
        router.get("/broken") { _, context in
            let reader = MemoryReader(bytes: blob, failingFrom: 1_000_000)
            return Response(status: .ok, body: try ByteStreaming.body(reader, logger: context.logger))
        }
        router.put("/refuse") { _, _ -> Response in throw HubError(.forbidden, "no") }
        router.put("/count") { request, _ in
            var count = 0
            for try await part in request.body { count += part.readableBytes }
            return Response.text("\(count)")
        }
        router.get("/segment/{s}/x/**") { _, context in
            Response.text(try context.segment("s") + "|" + context.catchAll())
        }
        router.get("/wait") { _, context in
            try await context.withCancellationOnClientGone {
                events.started.continuation.finish()
                do { try await Task.sleep(for: .seconds(600)) } catch {
                    events.cancelled.continuation.finish()
                    throw error
                }
                return Response.text("late")
            }
        }
        router.get("/json/{count}") { _, context in
            let count = Int(try context.segment("count")) ?? 0
            return Response.json("\"" + String(repeating: "abcdefgh", count: count / 8) + "\"")
        }
        router.get("/json-file") { request, context in
            try await Response.bytes(
                for: request,
                context: context,
                size: Int64(Self.size),
                etag: ETag("t"),
                headers: [.contentType: "application/json"]
            ) { MemoryReader(bytes: blob) }
        }
        router.get("/bug") { _, _ -> Response in throw CocoaLike.bug }
    }

    enum CocoaLike: Error { case bug }
}

/// Runs a server on a free port for as long as `body` runs.
@discardableResult
func withEdgeServer<Value: Sendable>(
    _ routes: EdgeRoutes = EdgeRoutes(),
    options: ServerOptions = ServerOptions(),
    _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> Value {
    let router = edgeRouter(metrics: Metrics(), checkHealth: {}, groups: [routes])
    return try await withServer(of: router, options: options, body)
}

/// Runs a server of `router` on a free port for as long as `body` runs.
func withServer<Value: Sendable>(
    of router: Router<HubContext>,
    options: ServerOptions = ServerOptions(),
    _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> Value {
    var options = options
    options.port = 0
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let server = try HubServer(
        responder: router.buildResponder(),
        options: options,
        logger: logger,
        onListening: { continuation.yield($0) }
    )
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            try await server.run()
            return nil
        }
        group.addTask {
            for await port in ports { return try await body(port) }
            return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw HubError(.internal, "the server ended")
    }
}

/// Sends `text` and gives all that comes until the server closes, or until `enough` says so.
func rawExchange(
    _ port: Int,
    _ text: String,
    until enough: @escaping @Sendable (String) -> Bool = { _ in false }
) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        var received = ByteBuffer()
        do {
            try await outbound.write(ByteBuffer(string: text))
            for try await part in inbound {
                received.writeImmutableBuffer(part)
                if enough(String(buffer: received)) { break }
            }
        } catch is IOError {
            // Reset by the server: what came before counts.
        } catch ChannelError.ioOnClosedChannel {
            // Closed by the server before we were through: on a busy machine its deadline can come first.
        }
        return String(buffer: received)
    }
}
