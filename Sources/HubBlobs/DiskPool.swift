// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOPosix
import Synchronization

/// The threads that wait for disks, so that event loops and the cooperative pool never do.
///
/// Work runs even when the task that asked for it is cancelled: a half-done publish or a skipped clean-up would be worse
/// than a late one. The threads end with the last reference.
final class DiskPool: Sendable {
    private let threads: NIOThreadPool

    init(threadCount: Int) {
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    deinit {
        // Cannot fail for a pool that may be stopped, and nobody is left to be told.
        threads.shutdownGracefully { _ in }
    }

    /// Runs `body` and waits for it without holding a thread.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await start(body).value()
    }

    /// Runs `body` some time.
    func start<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) -> PendingWork<Value> {
        let work = PendingWork<Value>()
        threads.submit { _ in work.complete(Result(catching: body)) }
        return work
    }
}

/// The outcome of work on a ``DiskPool``, to be awaited once or not at all.
final class PendingWork<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value, any Error>)
        case done(Result<Value, any Error>)
    }

    private let state = Mutex<State>(.running)

    fileprivate func complete(_ result: Result<Value, any Error>) {
        let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
            defer { state = .done(result) }
            return if case .awaited(let continuation) = state { continuation } else { nil }
        }
        waiter?.resume(with: result)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Value, any Error>? = state.withLock {
                if case .done(let result) = $0 { return result }
                $0 = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
