// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubApp
import HubHTTP

/// What garbage collection does, for `/metrics`.
struct CollectionMetrics: Sendable {
    private let runs: Metrics.Counter
    private let failures: Metrics.Counter
    private let blobs: Metrics.Counter
    private let bytes: Metrics.Counter
    private let milliseconds: Metrics.Gauge
    private let lastSuccess: Metrics.Gauge

    init(_ metrics: Metrics) {
        runs = metrics.counter("vitrine_gc_runs_total", help: "Garbage collections that came to their end.")
        failures = metrics.counter("vitrine_gc_failures_total", help: "Garbage collections that failed.")
        blobs = metrics.counter("vitrine_gc_freed_blobs_total", help: "Blobs removed.")
        bytes = metrics.counter("vitrine_gc_freed_bytes_total", help: "Bytes of removed blobs.")
        milliseconds = metrics.gauge("vitrine_gc_last_milliseconds", help: "How long the last collection took.")
        lastSuccess = metrics.gauge("vitrine_gc_last_success_seconds", help: "When the last one ended, Unix time.")
    }

    func note(_ outcome: GarbageCollectionService.Outcome) {
        switch outcome {
        case .success(let report):
            runs.add()
            blobs.add(report.blobs)
            bytes.add(report.bytes)
            milliseconds.set(report.milliseconds)
            lastSuccess.set(Int64(Date.now.timeIntervalSince1970))
        case .failure:
            failures.add()
        }
    }
}
