// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubApp
import Synchronization

/// Counts the requests of every client, in a fixed amount of memory.
///
/// A client has a bucket of tokens for each kind of request. It fills up evenly, the whole of it within a window, and
/// each request takes one token. A bucket that has run empty stays closed until a tenth of it is there again: clients
/// then find enough to go on with, where they would otherwise all wait for the same next token, and give up.
///
/// The buckets lie in a table that never grows. A client that finds its part of the table full takes the place of the
/// one that has been silent the longest, which may then find its bucket full: with so many clients about, that is the
/// lesser evil.
public final class RateLimiter: Sendable {
    /// What requests are for, in the Hub's words.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case api, resolvers, pages

        public var name: String {
            switch self {
            case .api: "api"
            case .resolvers: "resolvers"
            case .pages: "pages"
            }
        }
    }

    /// Whose requests are counted together.
    enum Client: Hashable, Sendable {
        case account(Int64)
        case network(ClientNetwork)
    }

    /// What a request met, and what its answer says.
    struct Outcome: Sendable, Hashable {
        let kind: Kind
        let isAdmitted: Bool
        /// Requests in a window.
        let quota: Int64
        let windowSeconds: Int64
        /// Requests that are left now.
        let remaining: Int64
        /// Seconds until requests are admitted again; of an admitted one, until the bucket is full.
        let resetSeconds: Int64
    }

    private struct Bucket {
        /// A hash of client and kind, keyed per process; 0 is nobody's.
        var tag: UInt64 = 0
        var tokens: Double = 0
        /// Seconds since ``RateLimiter`` was made.
        var at: Double = 0
        var isClosed = false
    }

    private static let ways = 8

    private let limits: RateLimits
    private let sets: Int
    private let now: @Sendable () -> Double
    private let buckets: Mutex<[Bucket]>

    /// - Parameters:
    ///   - capacity: clients remembered at once, at least; each costs 32 bytes for each kind of request it makes.
    ///   - now: seconds on a clock that never goes back.
    public init(_ limits: RateLimits, capacity: Int = 32_768, now: (@Sendable () -> Double)? = nil) {
        self.limits = limits
        var sets = 1
        while sets * Self.ways < capacity { sets *= 2 }
        self.sets = sets
        let start = ContinuousClock.now
        self.now = now ?? { (ContinuousClock.now - start) / .seconds(1) }
        buckets = Mutex(Array(repeating: Bucket(), count: limits.isOn ? sets * Self.ways : 0))
    }

    /// Takes a token from the client's bucket; `nil` where there is no limit.
    func take(_ kind: Kind, _ client: Client) -> Outcome? {
        guard limits.isOn, let quota = quota(kind, client), quota > 0, limits.windowSeconds > 0 else { return nil }
        let tag = Self.tag(kind, client)
        let moment = now()
        return buckets.withLock { buckets in
            let index = place(of: tag, in: &buckets, quota: quota, moment)
            return draw(from: &buckets[index], kind, quota: quota, at: moment)
        }
    }

    private func quota(_ kind: Kind, _ client: Client) -> Int64? {
        let quota =
            switch kind {
            case .api: limits.api
            case .resolvers: limits.resolvers
            case .pages: limits.pages
            }
        return switch client {
        case .account: quota.account
        case .network: quota.address
        }
    }

    /// Where the bucket is; a full one is put there if it is nowhere.
    private func place(of tag: UInt64, in buckets: inout [Bucket], quota: Int64, _ moment: Double) -> Int {
        let first = Int(tag >> 32) & (sets - 1)
        let range = first * Self.ways..<(first + 1) * Self.ways
        if let found = range.first(where: { buckets[$0].tag == tag }) { return found }
        let empty = range.first { buckets[$0].tag == 0 }
        let victim = empty ?? range.min { buckets[$0].at < buckets[$1].at } ?? range.lowerBound
        buckets[victim] = Bucket(tag: tag, tokens: Double(quota), at: moment)
        return victim
    }

    private func draw(from bucket: inout Bucket, _ kind: Kind, quota: Int64, at moment: Double) -> Outcome {
        let rate = Double(quota) / Double(limits.windowSeconds)
        bucket.tokens = min(Double(quota), bucket.tokens + max(0, moment - bucket.at) * rate)
        bucket.at = max(bucket.at, moment)
        let enough = max(1, (Double(quota) / 10).rounded(.down))
        if bucket.isClosed { bucket.isClosed = bucket.tokens < enough }
        let isAdmitted = !bucket.isClosed && bucket.tokens >= 1
        if isAdmitted { bucket.tokens -= 1 } else { bucket.isClosed = true }
        let missing = (isAdmitted ? Double(quota) : enough) - bucket.tokens
        return Outcome(
            kind: kind,
            isAdmitted: isAdmitted,
            quota: quota,
            windowSeconds: limits.windowSeconds,
            remaining: isAdmitted ? Int64(bucket.tokens) : 0,
            resetSeconds: max(1, Int64(exactly: (missing / rate).rounded(.up)) ?? limits.windowSeconds)
        )
    }

    private static func tag(_ kind: Kind, _ client: Client) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(client)
        return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
    }
}
