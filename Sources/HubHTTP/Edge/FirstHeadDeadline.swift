// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore

/// Closes a connection that has not brought a whole request head in time, whatever it does meanwhile: a stalled TLS
/// handshake and a head sent byte by byte alike.
///
/// The first handler of a connection. ``EdgeHandler`` calls `headArrived`.
final class FirstHeadDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let seconds: Int64
    private let connections: Metrics.Gauge?
    private var timer: Scheduled<Void>?

    init(seconds: Int64, connections: Metrics.Gauge?) {
        self.seconds = seconds
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections?.add(1)
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        connections?.add(-1)
        context.fireChannelInactive()
    }

    func headArrived() {
        timer?.cancel()
        timer = nil
    }
}
