// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// What the database has done since the process started; for metrics.
public struct StoreActivity: Sendable {
    /// Transactions that wrote, those that failed included.
    public let writes: Int64
    public let failedWrites: Int64
    /// Seconds that writes took, waiting for their turn included.
    public let writeSeconds: Double
    /// Bytes of the database's file and of its write-ahead log; 0 for one that is not there.
    public let fileBytes: Int64
    public let walBytes: Int64
}

/// Counts as it goes.
final class StoreMeter: Sendable {
    private let writes = Atomic<Int64>(0)
    private let failures = Atomic<Int64>(0)
    private let nanoseconds = Atomic<Int64>(0)

    func noteWrite(since start: ContinuousClock.Instant, failed: Bool) {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        writes.add(1, ordering: .relaxed)
        if failed { failures.add(1, ordering: .relaxed) }
        // Wraps after three centuries of writing.
        nanoseconds.wrappingAdd(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000, ordering: .relaxed)
    }

    func activity(fileBytes: Int64, walBytes: Int64) -> StoreActivity {
        StoreActivity(
            writes: writes.load(ordering: .relaxed),
            failedWrites: failures.load(ordering: .relaxed),
            writeSeconds: Double(nanoseconds.load(ordering: .relaxed)) / 1e9,
            fileBytes: fileBytes,
            walBytes: walBytes
        )
    }
}
