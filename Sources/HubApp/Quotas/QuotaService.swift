// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import HubStore

extension Hub {
    public var quotas: QuotaService { QuotaService(hub: self) }
}

/// How much users and organisations store, and may.
public struct QuotaService: Sendable {
    let hub: Hub

    public struct Usage: Sendable {
        public let name: String
        public let kind: AccountRecord.Kind
        /// Bytes of all its repos; what several share counts for each.
        public let used: Int64
        public let quota: StorageQuota
    }

    public func usage(of name: AccountName) async throws -> Usage {
        try await hub.store.read { tx in
            guard let account = try tx.account(named: name) else { throw Self.unknown(name) }
            return try Self.usage(of: account, tx)
        }
    }

    /// Every account's, by name.
    public func forEach(_ body: (Usage) throws -> Void) async throws {
        var last = ""
        while true {
            let after = last
            let page = try await hub.store.read { tx in
                try tx.accounts(after: after, limit: 500).map { ($0.name.lowercased(), try Self.usage(of: $0, tx)) }
            }
            for (_, usage) in page { try body(usage) }
            guard let end = page.last else { return }
            last = end.0
        }
    }

    /// A lower quota than what is stored deletes nothing: it stops further bytes.
    public func set(_ quota: StorageQuota, of name: AccountName, by viewer: Viewer = .machineOperator) async throws {
        try viewer.requireOperator()
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            guard let account = try tx.read.account(named: name) else { throw Self.unknown(name) }
            try tx.setQuota(quota, of: account.id)
            let value: JSONValue =
                switch quota {
                case .standard: "default"
                case .unlimited: "none"
                case .bytes(let bytes): .int(bytes)
                }
            try tx.audit(.quotaSet, account.name, by: viewer, ["quota": value], at: now)
        }
    }

    private static func usage(of account: AccountRecord, _ tx: ReadTransaction) throws -> Usage {
        Usage(
            name: account.name,
            kind: account.kind,
            used: try tx.usedStorage(owner: account.id),
            quota: try tx.quota(of: account.id)
        )
    }

    private static func unknown(_ name: AccountName) -> HubError {
        HubError(.notFound, "There is no user or organization called '\(name)'")
    }
}
