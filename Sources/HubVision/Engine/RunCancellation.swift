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

    /// Calls `body` with a cancellation that is made when all of `members` are cancelled: what one run computes for several.
    static func whileAnyWaits<Result>(
        _ members: [RunCancellation],
        _ body: (RunCancellation) throws -> Result
    ) rethrows -> Result {
        let group = RunCancellation()
        let waiting = Mutex(Set(members.indices))
        @Sendable func leave(_ member: Int) {
            let isLast = waiting.withLock { $0.remove(member) != nil && $0.isEmpty }
            if isLast { group.cancel() }
        }
        func enter(_ member: Int) throws -> Result {
            guard member < members.count else { return try body(group) }
            let result = try members[member].whileRunning(stop: { leave(member) }, { try enter(member + 1) })
            if let result { return result }
            leave(member)
            return try enter(member + 1)
        }
        return try enter(0)
    }
}
