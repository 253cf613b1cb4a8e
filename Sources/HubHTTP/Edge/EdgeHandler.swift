// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Sent down the pipeline when a handler starts to read a body whose client waits for `100 Continue`.
struct SendContinue: Sendable {}

/// Times and caps of one connection; see ``ServerOptions``.
struct EdgeLimits: Sendable {
    var idle: TimeAmount
    var body: TimeAmount
    var write: TimeAmount
    /// How long a client is listened to after an answer that did not wait for its body.
    var linger: TimeAmount = .seconds(2)
    var lingerBytes = 4 << 20
    /// A rest of a body up to this is read to keep the connection.
    var drainBytes: Int64 = 64 << 10
}

/// What Hummingbird leaves out, per connection (HTTP/1) or stream (HTTP/2), between the codec and the request's task:
/// `100 Continue`, closing after an upload that was refused, timeouts, 431, and word of a client that left.
final class EdgeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    let presence = ClientPresence()
    private let limits: EdgeLimits
    private var isStream = false
    private var firstHead: FirstHeadDeadline?
    private var timers = EdgeTimers()
    private var timer: Scheduled<Void>?
    private var timerAt: NIODeadline?

    /// Requests whose answer is not out. The newest may still be arriving.
    private var unanswered = 0
    private var isReadingBody = false
    private var bodyLeft: Int64?
    private var awaitsContinue = false
    private var closesAfterAnswer = false
    private var isLingering = false
    private var lingered = 0

    init(limits: EdgeLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        // Absence is the answer to the question, not an error.
        isStream = (try? pipeline.context(handlerType: HTTP2FramePayloadToHTTPServerCodec.self)) != nil
        let connection = isStream ? context.channel.parent?.pipeline.syncOperations : pipeline
        firstHead = try? connection?.handler(type: FirstHeadDeadline.self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        presence.leave()
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else {
            discard(context, data)
            return
        }
        timers.read = nil
        switch unwrapInboundIn(data) {
        case .head(let head):
            firstHead?.headArrived()
            firstHead = nil
            timers.idle = nil
            unanswered += 1
            isReadingBody = true
            bodyLeft = head.headerFields[.contentLength].flatMap { Int64($0) }
            awaitsContinue = head.headerFields[.expect]?.lowercased() == "100-continue" && bodyLeft != 0
        case .body(let part):
            awaitsContinue = false
            bodyLeft = bodyLeft.map { $0 - Int64(part.readableBytes) }
        case .end:
            isReadingBody = false
            awaitsContinue = false
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isReadingBody, !awaitsContinue, timers.read == nil { arm(context, \.read, limits.body) }
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            presence.leave()
            if isLingering { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        timer?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isLingering else { return }
        guard error as? HTTPParserError == .headerOverflow, unanswered == 0 else {
            presence.leave()
            context.fireErrorCaught(error)
            return
        }
        let head = HTTPResponse(
            status: .requestHeaderFieldsTooLarge,
            headerFields: [.connection: "close", .contentLength: "0"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        finish(context, wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            timers.write = nil
        } else {
            arm(context, \.write, limits.write)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Outbound

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is SendContinue else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if awaitsContinue {
            awaitsContinue = false
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            arm(context, \.read, limits.body)
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            if leavesBody, !isStream {
                closesAfterAnswer = true
                head.headerFields[.connection] = "close"
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            unanswered -= 1
            if closesAfterAnswer || leavesBody {
                finish(context, data, promise: promise)
                return
            }
            if unanswered == 0, !isReadingBody { arm(context, \.idle, limits.idle) }
            context.write(data, promise: promise)
        default:
            context.write(data, promise: promise)
        }
    }

    /// Whether the request being answered has more body to come than we care to read.
    private var leavesBody: Bool {
        guard isReadingBody, unanswered <= 1 else { return false }
        return awaitsContinue || (bodyLeft ?? .max) > limits.drainBytes
    }

    /// Writes the end of the last answer and closes without reading the body: at once would make the kernel reset the
    /// connection and the client lose the answer, so that we shut our side and listen for a moment.
    private func finish(_ context: ChannelHandlerContext, _ end: NIOAny, promise: EventLoopPromise<Void>?) {
        isLingering = true
        context.writeAndFlush(end, promise: promise)
        if isStream {
            let reset = NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError)
            context.triggerUserOutboundEvent(reset, promise: nil)
            return
        }
        context.close(mode: .output, promise: nil)
        timers.read = nil
        arm(context, \.idle, limits.linger)
    }

    private func discard(_ context: ChannelHandlerContext, _ data: NIOAny) {
        if case .body(let part) = unwrapInboundIn(data) { lingered += part.readableBytes }
        if lingered > limits.lingerBytes { context.close(promise: nil) }
    }

    // MARK: Timers

    private func arm(
        _ context: ChannelHandlerContext,
        _ which: WritableKeyPath<EdgeTimers, NIODeadline?>,
        _ amount: TimeAmount
    ) {
        let deadline = NIODeadline.now() + amount
        timers[keyPath: which] = deadline
        if let timerAt, timerAt <= deadline { return }
        schedule(context, deadline)
    }

    private func schedule(_ context: ChannelHandlerContext, _ deadline: NIODeadline) {
        timer?.cancel()
        timerAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timerAt = nil
            guard let earliest = self.timers.earliest else { return }
            if earliest <= .now() {
                context.close(promise: nil)
            } else {
                self.schedule(context, earliest)
            }
        }
    }
}

/// What the connection waits for, and until when.
struct EdgeTimers {
    /// The next request, or the end of lingering.
    var idle: NIODeadline?
    /// The next bytes of a body.
    var read: NIODeadline?
    /// The client to take what we send.
    var write: NIODeadline?

    var earliest: NIODeadline? {
        [idle, read, write].compactMap { $0 }.min()
    }
}
