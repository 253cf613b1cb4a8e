// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import Synchronization

/// A stored xorb with the places of its chunks.
struct KnownXorb: Sendable {
    let record: XorbRecord
    let layout: XorbLayout
    /// CRC-32C of each packed chunk.
    let checks: [UInt32]
}

/// The layouts that were wanted last: up to 40 KiB each, which a database would read anew for every few chunks.
final class LayoutCache: Sendable {
    private struct State {
        var entries: [Int64: (xorb: KnownXorb, use: UInt64)] = [:]
        var chunks = 0
        var clock: UInt64 = 0
    }

    /// About 48 bytes for each.
    static let maximumChunks = 1_000_000

    private let state = Mutex(State())

    func find(_ id: Int64) -> KnownXorb? {
        state.withLock { state in
            guard let entry = state.entries[id] else { return nil }
            state.clock += 1
            state.entries[id] = (entry.xorb, state.clock)
            return entry.xorb
        }
    }

    func keep(_ xorb: KnownXorb) {
        state.withLock { state in
            state.clock += 1
            if state.entries.updateValue((xorb, state.clock), forKey: xorb.record.id) == nil {
                state.chunks += xorb.layout.chunkCount
            }
            guard state.chunks > Self.maximumChunks else { return }
            // Rarely: a quarter goes at once.
            for (id, entry) in state.entries.sorted(by: { $0.value.use < $1.value.use }) {
                guard state.chunks > Self.maximumChunks / 4 * 3, id != xorb.record.id else { break }
                state.entries[id] = nil
                state.chunks -= entry.xorb.layout.chunkCount
            }
        }
    }

    func forget(_ id: Int64) {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: id) { state.chunks -= entry.xorb.layout.chunkCount }
        }
    }
}
