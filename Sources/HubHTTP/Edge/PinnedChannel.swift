// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HummingbirdCore
import Logging
import NIOCore

/// Runs the tasks of a connection on the connection's own event loop: without it every part of a body hops threads.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        eventLoop.execute { job.runSynchronously(on: executor) }
    }
}

/// Any kind of connection, pinned, with the deadline for its first head in front of everything.
struct PinnedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let headSeconds: Int64
    let connections: Metrics.Gauge?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do {
            let deadline = FirstHeadDeadline(seconds: headSeconds, connections: connections)
            try channel.pipeline.syncOperations.addHandler(deadline)
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
