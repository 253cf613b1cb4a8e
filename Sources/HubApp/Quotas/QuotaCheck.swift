// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension ReadTransaction {
    /// Bytes that an account may store, or `nil` for as many as there is room for.
    /// - Parameter standard: the configured limit; 0 is none.
    func storageLimit(of account: Int64, standard: Int64) throws -> Int64? {
        switch try quota(of: account) {
        case .standard: standard > 0 ? standard : nil
        case .unlimited: nil
        case .bytes(let bytes): bytes
        }
    }

    /// Refuses what is about to be sent if it cannot be kept, before it is sent.
    /// - Parameter sizes: of files that the account's repo does not have; negative ones are refused elsewhere.
    /// - Throws: ``HubError/Code/quotaExceeded``.
    func requireRoom(for sizes: some Sequence<Int64>, ownedBy account: Int64, standard: Int64) throws {
        guard let limit = try storageLimit(of: account, standard: standard) else { return }
        var needed: Int64 = 0
        for size in sizes {
            let (sum, overflowed) = needed.addingReportingOverflow(max(0, size))
            needed = overflowed ? .max : sum
        }
        let used = try usedStorage(owner: account)
        guard needed > 0, needed > limit - min(used, limit) else { return }
        throw try quotaExceeded(account, limit: limit, used: used, needed: needed)
    }

    fileprivate func quotaExceeded(_ account: Int64, limit: Int64, used: Int64, needed: Int64) throws -> HubError {
        let name = try self.account(id: account)?.name ?? "this account"
        return HubError(
            .quotaExceeded,
            "The storage quota of \(name) is \(limit) bytes: \(used) are in use and this needs \(needed) more. "
                + "Delete files for good, or ask an administrator of this hub for more"
        )
    }
}

extension WriteTransaction {
    /// Runs `body`, and takes all back if an account then stores more than before and more than it may.
    ///
    /// Who is over the quota already can still delete, squash and commit what adds no bytes.
    /// - Throws: ``HubError/Code/quotaExceeded``.
    func withinQuota<Value>(of account: Int64, standard: Int64, _ body: () throws -> Value) throws -> Value {
        guard let limit = try read.storageLimit(of: account, standard: standard) else { return try body() }
        let before = try read.usedStorage(owner: account)
        let value = try body()
        let after = try read.usedStorage(owner: account)
        guard after > limit, after > before else { return value }
        throw try read.quotaExceeded(account, limit: limit, used: before, needed: after - before)
    }
}
