// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How many requests one client may make, by what they ask for. The defaults leave ordinary work alone and stop what
/// would keep a small machine busy by itself.
public struct RateLimits: Sendable, Hashable {
    /// Requests within a window; 0 is no limit.
    public struct Quota: Sendable, Hashable {
        /// Of one account, by whichever of its tokens.
        public var account: Int64
        /// Of one address that shows no token.
        public var address: Int64

        public init(account: Int64, address: Int64) {
            self.account = account
            self.address = address
        }

        /// From `30000/15000`, or one number for both; `nil` if it is neither.
        public init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) }
            guard (1...2).contains(parts.count), let first = parts.first, let last = parts.last,
                let account = first, let address = last, account >= 0, address >= 0
            else { return nil }
            self.init(account: account, address: address)
        }

        public var text: String { "\(account)/\(address)" }
    }

    public var isOn = true
    public var windowSeconds: Int64 = 300
    public var api = Quota(account: 30_000, address: 15_000)
    /// Files of repos.
    public var resolvers = Quota(account: 300_000, address: 150_000)
    public var pages = Quota(account: 6_000, address: 3_000)

    public init() {}
}
