// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// The part of a collection that concerns chunks: files nobody has go, then xorbs no file is made of; what stays marks the
/// blobs that hold its bytes.
///
/// Clients remember xorbs for weeks and build on them. A domain that loses one they may remember begins a new epoch, which
/// makes that memory void; see the ADR on Xet.
struct ChunkCollection {
    let hub: Hub
    let marks: MarkStore
    let now: Timestamp
    let cutoff: Timestamp
    let isDryRun: Bool

    struct Outcome {
        var files: Int64 = 0
        var xorbs: Int64 = 0
    }

    func run() async throws -> Outcome {
        var outcome = Outcome()
        outcome.files = try await files()
        outcome.xorbs = try await xorbs()
        return outcome
    }

    /// Marks the xorbs of files that somebody has; removes the other files.
    private func files() async throws -> Int64 {
        let (marks, isDryRun) = (marks, isDryRun)
        var removed: Int64 = 0
        var last: Int64 = 0
        while true {
            try Task.checkCancellation()
            let after = last
            let (end, dead) = try await hub.store.read { tx -> (Int64?, [XetFileRecord]) in
                let page = try tx.xetFiles(after: after, limit: GarbageCollector.batch)
                let unmarked = Set(try marks.unmarkedContents(page.map(\.sha256)))
                // A dry run has left in place the rows that a real one takes away first.
                let dead = try page.filter { try unmarked.contains($0.sha256) && (isDryRun || !tx.isWanted($0.sha256)) }
                let deadIDs = Set(dead.map(\.id))
                for file in page where !deadIDs.contains(file.id) {
                    try marks.markXorbs(try tx.xorbs(ofFile: file.id))
                }
                return (page.last?.id, dead)
            }
            guard let end else { return removed }
            last = end
            guard !isDryRun else {
                removed += Int64(dead.count)
                continue
            }
            for file in dead where try await hub.store.write({ try $0.removeXetFile(file) }) { removed += 1 }
        }
    }

    /// Removes xorbs that no file is made of; marks the bytes of the others.
    private func xorbs() async throws -> Int64 {
        let (marks, cutoff) = (marks, cutoff)
        let remembered = now.adding(seconds: -XetLimits.clientMemorySeconds)
        var removed: Int64 = 0
        var last: Int64 = 0
        while true {
            try Task.checkCancellation()
            let after = last
            let (page, dead) = try await hub.store.read { tx in
                let page = try tx.xorbs(after: after, limit: GarbageCollector.batch)
                let unused = Set(try marks.unmarkedXorbs(page.map(\.id)))
                let dead = try page.filter { xorb in
                    try unused.contains(xorb.id) && (try tx.touchedAt(xorb: xorb.id)).map { $0 < cutoff } ?? false
                }
                return (page, dead)
            }
            guard let end = page.last?.id else { return removed }
            last = end
            var gone: Set<Int64> = isDryRun ? Set(dead.map(\.id)) : []
            if !isDryRun, !dead.isEmpty {
                gone = try await hub.store.write { tx in
                    var gone: Set<Int64> = []
                    var domains: Set<XetDomain> = []
                    for xorb in dead {
                        guard let touched = try tx.removeXorb(xorb.id, untouchedSince: cutoff) else { continue }
                        gone.insert(xorb.id)
                        if touched > remembered { domains.insert(xorb.domain) }
                    }
                    for domain in domains { try tx.advanceXetEpoch(of: domain) }
                    return gone
                }
                for id in gone { hub.xorbs.cache.forget(id) }
            }
            removed += Int64(gone.count)
            try marks.markContents(page.filter { !gone.contains($0.id) }.map(\.body), stamp: nil)
        }
    }
}
