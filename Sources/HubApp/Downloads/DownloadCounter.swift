// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle
import Synchronization

/// Counts downloads and token uses in memory and writes them every few seconds: never in the path of a request.
///
/// The Hub's rule: a download of a model is a request (HEAD or GET) for one of the files its library asks for first
/// (`config.json`, say); a download of a dataset is any request for a file, once in five minutes per client.
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

        /// Beyond this many clients within a window the oldest are forgotten, and may count twice.
        static let maximumClients = 100_000

        mutating func remember(_ key: Key, _ now: Timestamp) {
            if recent.count >= Self.maximumClients { recent.removeAll() }
            recent[key] = now
        }
    }

    private static let windowSeconds: Int64 = 300
    private static let lookSeconds: Int64 = 60
    private static let flushSeconds = 1

    private let store: MetadataStore
    private let clock: any HubClock
    private let state = Mutex(State())

    init(store: MetadataStore, clock: any HubClock) {
        self.store = store
        self.clock = clock
    }

    /// Notes a request for one of a model's query files.
    ///
    /// Clients look (HEAD) before they fetch (GET): the fetch that follows a look is the same download.
    /// - Parameter client: its account, or its address and user agent.
    func countModel(repo: Int64, client: String, isLook: Bool) {
        let now = clock.now
        state.withLock { state in
            let key = Key(repo: repo, client: client)
            let looked = state.recent.removeValue(forKey: key)
            if !isLook, let looked, now < looked.adding(seconds: Self.lookSeconds) { return }
            if isLook { state.remember(key, now) }
            state.pending[repo, default: 0] += 1
        }
    }

    /// Notes a request for any file of a dataset or space: a client counts once in five minutes.
    func countFiles(repo: Int64, client: String) {
        let now = clock.now
        state.withLock { state in
            let key = Key(repo: repo, client: client)
            if let last = state.recent[key], now < last.adding(seconds: Self.windowSeconds) { return }
            state.remember(key, now)
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
                state.tokens.merge(tokens) { later, _ in later }
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
