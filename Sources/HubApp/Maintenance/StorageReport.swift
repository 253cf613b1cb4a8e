// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What one repo takes, and what sharing chunks saves it.
public struct RepoStorageReport: Sendable {
    public let kind: RepoKind
    public let name: String
    /// Bytes of its files, each in full.
    public let logical: Int64
    /// Bytes stored for them.
    public let stored: Int64
    /// Those of them that no other repo uses.
    public let unique: Int64

    /// Bytes that need not be stored; negative where a few chunks keep a large xorb.
    public var saved: Int64 { logical - stored }

    public var json: JSONValue {
        [
            "type": .string(kind.rawValue), "id": .string(name), "logical": .int(logical), "stored": .int(stored),
            "unique": .int(unique), "saved": .int(saved),
        ]
    }
}

extension Hub {
    /// Tells of every repo what it takes, in the order they were made.
    public func forEachRepoStorage(_ body: (RepoStorageReport) async throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let after = last
            let page = try await store.read { try $0.repos(after: after, limit: 100) }
            guard let end = page.last?.id else { return }
            for repo in page {
                let dedup = try await store.read { try $0.dedup(ofRepo: repo.id) }
                try await body(
                    RepoStorageReport(
                        kind: repo.kind,
                        name: repo.fullName,
                        logical: dedup.logical,
                        stored: dedup.stored,
                        unique: dedup.unique
                    )
                )
            }
            last = end
        }
    }
}
