// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore
import Synchronization

/// Whether the client of a connection is still there, with calls to make when it goes.
public final class ClientPresence: Sendable {
    private struct State {
        var isGone = false
        var nextKey = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Ends when the client is gone, or at once if it is.
    func departure() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let key = state.withLock { state -> Int? in
                guard !state.isGone else { return nil }
                state.nextKey += 1
                state.waiting[state.nextKey] = continuation
                return state.nextKey
            }
            guard let key else {
                continuation.finish()
                return
            }
            continuation.onTermination = { [self] _ in
                state.withLock { _ = $0.waiting.removeValue(forKey: key) }
            }
        }
    }

    func leave() {
        let waiting = state.withLock { state in
            state.isGone = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.finish() }
    }
}

extension HubContext {
    /// Runs `work` and cancels it when the client goes away, which nothing else does.
    ///
    /// A client that only shuts its sending side counts as gone. Without our server underneath (tests of a router alone)
    /// `work` just runs.
    /// - Throws: `CancellationError` when the client left; what `work` throws.
    public func withCancellationOnClientGone<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let channel = channel
        let lookup = channel.eventLoop.submit {
            // No handler of ours: nothing will ever say that the client is gone.
            try? channel.pipeline.syncOperations.handler(type: EdgeHandler.self).presence
        }
        guard let presence = try await lookup.get() else { return try await work() }
        let departure = presence.departure()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in departure {}
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw CancellationError() }
            return value
        }
    }
}
