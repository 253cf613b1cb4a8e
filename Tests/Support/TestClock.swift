// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import Synchronization

/// A clock that stands still until a test moves it.
public final class TestClock: HubClock {
    private let time: Mutex<Timestamp>

    /// 2026-11-23T12:00:00Z unless told otherwise.
    public init(_ start: Timestamp = Timestamp(seconds: 1_795_435_200)) { time = Mutex(start) }

    public var now: Timestamp { time.withLock { $0 } }

    public func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
