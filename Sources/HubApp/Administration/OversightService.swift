// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension Hub {
    public var oversight: OversightService { OversightService(hub: self) }
}

/// What goes on in the hub, for its administrators. Every call throws ``HubError/Code/unauthenticated`` or
/// ``HubError/Code/forbidden`` for others.
public struct OversightService: Sendable {
    let hub: Hub

    static let pageSize = 50

    /// A page of repos by size, the largest first, with what sharing saves each.
    public func storage(cursor: String?, limit: Int?, by viewer: Viewer) async throws -> (
        page: ItemPage, totals: JSONObject
    ) {
        try viewer.requireOperator()
        let size = min(limit ?? Self.pageSize, 200)
        let offset = try Self.offset(cursor)
        return try await hub.store.read { tx in
            let rows = try tx.largestRepos(offset: offset, limit: size + 1)
            let items = try rows.prefix(size).map { repo -> JSONValue in
                let dedup = try tx.dedup(ofRepo: repo.id)
                return RepoStorageReport(
                    kind: repo.kind,
                    name: repo.fullName,
                    logical: dedup.logical,
                    stored: dedup.stored,
                    unique: dedup.unique
                ).json
            }
            let totals = try tx.storageTotals()
            return (
                ItemPage(items: .array(items), next: rows.count > size ? "\(offset + size)" : nil),
                [
                    "blobs": .int(totals.blobs), "stored": .int(totals.stored), "logical": .int(totals.logical),
                    "saved": .int(totals.logical - totals.stored),
                ]
            )
        }
    }

    /// A page of users and organisations by name with what they store, and may.
    public func quotas(cursor: String?, limit: Int?, by viewer: Viewer) async throws -> ItemPage {
        try viewer.requireOperator()
        let size = min(limit ?? Self.pageSize, 500)
        let standard = hub.limits.storageQuota
        return try await hub.store.read { tx in
            let rows = try tx.accounts(after: cursor?.lowercased() ?? "", limit: size + 1)
            let page = rows.prefix(size)
            let items = try page.map { account -> JSONValue in
                [
                    "name": .string(account.name), "type": .string(account.kind.rawValue),
                    "used": .int(try tx.usedStorage(owner: account.id)),
                    "limit": try tx.storageLimit(of: account.id, standard: standard).map(JSONValue.int) ?? .null,
                    "quota": .string(try tx.quota(of: account.id).text),
                ]
            }
            return ItemPage(items: .array(items), next: rows.count > size ? page.last?.name : nil)
        }
    }

    /// What comes in now, and uploads in parts that were not finished.
    public func transfers(by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        let partial = try await hub.store.read { try $0.partialUploads(limit: 200) }
        return [
            "inProgress": .int(hub.ingest.uploadsInProgress), "finished": .int(hub.ingest.uploadsFinished),
            "failed": .int(hub.ingest.uploadsFailed), "receivedBytes": .int(hub.ingest.receivedBytes),
            "partial": .array(
                partial.map {
                    [
                        "repo": .string($0.repo), "type": .string($0.kind.rawValue), "sha256": .string($0.content.hex),
                        "parts": .int($0.parts), "updatedAt": .string($0.updatedAt.iso8601),
                    ]
                }
            ),
        ]
    }

    /// Blobs on record as damaged, and the last verifications.
    public func damage(by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        let (blobs, runs) = try await hub.store.read { tx in
            (
                try tx.damagedBlobs(limit: 500),
                try tx.audit(before: .max, matching: AuditFilter(action: AuditAction.verifyRun.name), limit: 10)
            )
        }
        return [
            "damaged": .array(
                blobs.map {
                    [
                        "sha256": .string($0.content.hex), "reason": .string($0.reason),
                        "foundAt": .string($0.foundAt.iso8601), "repos": .array($0.repos.map(JSONValue.string)),
                    ]
                }
            ),
            "runs": .array(runs.map(\.json)),
        ]
    }

    /// Which acts to show.
    public struct AuditQuery: Sendable {
        public var since: Timestamp?
        /// An account's name; `operator` for acts on the machine.
        public var actor: String?
        public var action: String?
        public var cursor: String?
        public var limit: Int?

        public init() {}
    }

    /// A page of the audit log, the latest act first.
    public func audit(_ query: AuditQuery, by viewer: Viewer) async throws -> ItemPage {
        try viewer.requireOperator()
        let size = min(query.limit ?? Self.pageSize, 500)
        let before = try query.cursor.map { text -> Int64 in
            guard let id = Int64(text), id > 0 else { throw HubError(.badRequest, "The cursor is none of this list") }
            return id
        }
        let filter = AuditFilter(
            since: query.since,
            actor: query.actor == "operator" ? "" : query.actor,
            action: query.action
        )
        let rows = try await hub.store.read { try $0.audit(before: before ?? .max, matching: filter, limit: size + 1) }
        let page = rows.prefix(size)
        return ItemPage(
            items: .array(page.map(\.json)),
            next: rows.count > size ? page.last.map { "\($0.id)" } : nil
        )
    }

    private static func offset(_ cursor: String?) throws -> Int {
        guard let cursor else { return 0 }
        guard let offset = Int(cursor), (0...10_000_000).contains(offset) else {
            throw HubError(.badRequest, "The cursor is none of this list")
        }
        return offset
    }
}
