// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Where a reader finds a file's terms.
protocol TermSource: Sendable {
    /// The terms from the one that holds the byte at `offset`, a page of them.
    func terms(from offset: Int64) async throws -> [XetTermRecord]
}

/// A file's terms on record.
struct StoredTerms: TermSource {
    static let page = 128

    let store: MetadataStore
    let file: Int64

    func terms(from offset: Int64) async throws -> [XetTermRecord] {
        try await store.read { try $0.xetTerms(of: file, from: offset, limit: Self.page) }
    }
}

/// The terms of a file that is about to be put on record, in their order.
struct GivenTerms: TermSource {
    let all: [XetTermRecord]

    func terms(from offset: Int64) async throws -> [XetTermRecord] {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = low + (high - low) / 2
            if all[middle].start <= offset { low = middle + 1 } else { high = middle }
        }
        return Array(all[max(0, low - 1)...].prefix(StoredTerms.page))
    }
}
