// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// What has come in since the process started; for metrics.
public final class IngestMeter: Sendable {
    private let inProgress = Atomic<Int64>(0)
    private let finished = Atomic<Int64>(0)
    private let failed = Atomic<Int64>(0)
    private let bytes = Atomic<Int64>(0)

    /// Files and parts on their way in.
    public var uploadsInProgress: Int64 { inProgress.load(ordering: .relaxed) }
    /// Files and parts that arrived whole.
    public var uploadsFinished: Int64 { finished.load(ordering: .relaxed) }
    /// Those that broke off, or were refused for what they are.
    public var uploadsFailed: Int64 { failed.load(ordering: .relaxed) }
    /// Bytes that arrived, those of failed uploads included.
    public var receivedBytes: Int64 { bytes.load(ordering: .relaxed) }

    func add(_ count: Int) { bytes.wrappingAdd(Int64(count), ordering: .relaxed) }

    /// Counts what `body` takes in as one upload.
    func measure<Value>(_ body: () async throws -> Value) async throws -> Value {
        inProgress.add(1, ordering: .relaxed)
        defer { inProgress.subtract(1, ordering: .relaxed) }
        do {
            let value = try await body()
            finished.add(1, ordering: .relaxed)
            return value
        } catch {
            failed.add(1, ordering: .relaxed)
            throw error
        }
    }
}
