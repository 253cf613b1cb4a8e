// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// Stops a run from another thread. One object serves one run.
public final class RunCancellation: Sendable {
    private struct State {
        var isCancelled = false
        var stop: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    public init() {}

    public var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Asks the run to stop; it does so at its next operator, or does not start.
    public func cancel() {
        // Called with the lock held, so that the run cannot end and take back what `stop` touches.
        state.withLock {
            $0.isCancelled = true
            $0.stop?()
        }
    }

    /// For engines: calls `body` with `stop` in place, unless cancelled already; then returns `nil`.
    public func whileRunning<Result>(
        stop: @escaping @Sendable () -> Void,
        _ body: () throws -> Result
    ) rethrows -> Result? {
        let goesOn = state.withLock {
            $0.stop = stop
            return !$0.isCancelled
        }
        defer { state.withLock { $0.stop = nil } }
        return goesOn ? try body() : nil
    }
}
