// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle
import Synchronization

/// Counts downloads and token uses in memory and writes them every few seconds: never in the path of a request.
///
/// The Hub's rule: a download is a request for one of the files a library asks for first (`config.json`, say), and a
/// client that asks again within five minutes is not counted again.
public final class DownloadCounter: Service {
    private struct Key: Hashable {
        let repo: Int64
        let client: String
    }

    private struct State {
        var recent: [Key: Timestamp] = [:]
        var pending: [Int64: Int64] = [:]
        var tokens: [Int64: Timestamp] = [:]
        var lastRefresh: Int64 = 0
    }

    private static let windowSeconds: Int64 = 300
    private static let flushSeconds = 5
    /// Beyond this many clients within a window the oldest are forgotten, and may count twice.
    private static let maximumClients = 100_000

    private let store: MetadataStore
    private let clock: any HubClock
    private let state = Mutex(State())

    init(store: MetadataStore, clock: any HubClock) {
        self.store = store
        self.clock = clock
    }

    /// Notes a download by a client (its account, or its address and user agent).
    func count(repo: Int64, client: String) {
        let now = clock.now
        state.withLock { state in
            let key = Key(repo: repo, client: client)
            if let last = state.recent[key], now < last.adding(seconds: Self.windowSeconds) { return }
            if state.recent.count >= Self.maximumClients { state.recent.removeAll() }
            state.recent[key] = now
            state.pending[repo, default: 0] += 1
        }
    }

    func noteTokenUse(_ id: Int64, at now: Timestamp) { state.withLock { $0.tokens[id] = now } }

    /// Writes what has gathered.
    public func flush() async throws {
        let now = clock.now
        let (counts, tokens, refresh) = state.withLock { state in
            let taken = (state.pending, state.tokens, state.lastRefresh != now.day)
            state.pending = [:]
            state.tokens = [:]
            state.lastRefresh = now.day
            state.recent = state.recent.filter { now < $0.value.adding(seconds: Self.windowSeconds) }
            return taken
        }
        guard refresh || !counts.isEmpty || !tokens.isEmpty else { return }
        do {
            try await store.write { tx in
                try tx.addDownloads(counts, at: now)
                try tx.touchTokens(tokens)
                if refresh { try tx.refreshCounters(at: now) }
            }
        } catch {
            // Not lost: they go with the next flush.
            state.withLock { state in
                state.pending.merge(counts, uniquingKeysWith: +)
                if refresh { state.lastRefresh = 0 }
            }
            throw error
        }
    }

    /// Flushes every few seconds until shut down, and once more then.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A failed flush keeps its counts and is tried again; the health check tells of the database.
                try? await self.flush()
                // Cancelled at shutdown, which ends the loop.
                try? await Task.sleep(for: .seconds(Self.flushSeconds))
            }
        }
        try await flush()
    }
}
