// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOPosix
import Synchronization

/// Hashes passwords on threads of its own: as many at once as there are threads, a bounded number that wait, no more.
///
/// However many people sign in at once, or somebody pretends to, hashing takes the threads' share of the processor and
/// ``PasswordHash/Cost/memory`` for each of them. The threads end with the last reference.
public final class PasswordHasher: Sendable {
    /// Hashes at once.
    static let threadCount = 2
    /// Those that may wait: a few seconds' worth.
    static let queueLimit = 64

    let cost: PasswordHash.Cost
    private let threads: NIOThreadPool
    private let limit: Int
    private let waiting = Atomic<Int>(0)
    /// For tests: how often a password was compared.
    let comparisons = Atomic<Int>(0)
    /// Compared with where there is no hash, so that it takes as long as where there is one.
    private let stranger = Mutex<PasswordHash?>(nil)

    /// With the cost and the threads of a server.
    public static func standard() -> PasswordHasher { PasswordHasher() }

    init(cost: PasswordHash.Cost = .standard, threadCount: Int = threadCount, queueLimit: Int = queueLimit) {
        self.cost = cost
        limit = threadCount + queueLimit
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    deinit {
        // Cannot fail for a pool that may be stopped, and nobody is left to be told.
        threads.shutdownGracefully { _ in }
    }

    /// - Throws: ``HubError/Code/overloaded`` when too many wait.
    func hash(_ password: String) async throws -> PasswordHash {
        try await run { [cost] in try PasswordHash(of: password, cost: cost) }
    }

    /// Whether the password is that of the hash; without a hash no, after as much work.
    /// - Throws: ``HubError/Code/overloaded`` when too many wait.
    func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        try await run { [self] in
            // Made with the first of either kind, so that it makes neither slower than the other.
            let stranger = try unknown()
            comparisons.wrappingAdd(1, ordering: .relaxed)
            return try (hash ?? stranger).matches(password) && hash != nil
        }
    }

    /// The hash of nobody's password.
    private func unknown() throws -> PasswordHash {
        if let made = stranger.withLock({ $0 }) { return made }
        let made = try PasswordHash(of: Hex.encode(RandomID.bytes(20)), cost: cost)
        stranger.withLock { $0 = made }
        return made
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            throw HubError(.overloaded, "Too many people sign in at this moment; try again in a few seconds")
        }
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        return try await threads.runIfActive(body)
    }
}
