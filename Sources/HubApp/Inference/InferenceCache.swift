// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore
import Synchronization

/// The last answers, by the digest of everything that decides them.
final class InferenceCache: Sendable {
    private static let maximumBytes = 16 << 20

    private struct State {
        var results: [String: (result: InferenceResult, used: UInt64)] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())

    func find(_ key: String) -> InferenceResult? {
        state.withLock { state in
            guard let found = state.results[key] else { return nil }
            state.clock += 1
            state.results[key]?.used = state.clock
            return found.result
        }
    }

    func keep(_ result: InferenceResult, as key: String) {
        // One answer must not drive out all others.
        guard result.body.readableBytes <= Self.maximumBytes / 8 else { return }
        state.withLock { state in
            state.clock += 1
            let former = state.results.updateValue((result, state.clock), forKey: key)
            state.bytes += result.body.readableBytes - (former?.result.body.readableBytes ?? 0)
            while state.bytes > Self.maximumBytes, let oldest = state.results.min(by: { $0.value.used < $1.value.used })
            {
                state.results[oldest.key] = nil
                state.bytes -= oldest.value.result.body.readableBytes
            }
        }
    }
}
