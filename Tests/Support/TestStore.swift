// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import HubStore

/// A metadata store in a folder of its own, with helpers to fill it.
public struct TestStore: Sendable {
    public let store: MetadataStore
    public let path: String
    public static let start = Timestamp(seconds: 1_795_435_200)

    public func account(_ name: String, kind: AccountRecord.Kind = .user) async throws -> AccountRecord {
        let name = try AccountName(name)
        return try await store.write { tx in
            try tx.insertAccount(
                publicID: "id-\(name.key)",
                kind: kind,
                name: name,
                fullName: name.text,
                email: nil,
                isAdmin: false,
                defaultVisibility: .public,
                at: Self.start
            )
        }
    }

    public func repo(
        _ name: String,
        owner: AccountRecord,
        kind: RepoKind = .model,
        visibility: Visibility = .public,
        at moment: Timestamp = TestStore.start
    ) async throws -> RepoRecord {
        let id = try RepoID(namespace: AccountName(owner.name), name: name)
        return try await store.write { tx in
            let repo = try tx.insertRepo(
                publicID: "\(kind)-\(id)",
                kind: kind,
                owner: owner,
                creator: owner.id,
                name: id,
                visibility: visibility,
                sdk: nil,
                at: moment
            )
            try tx.indexForSearch(repo: repo, tags: [], card: "")
            return repo
        }
    }

    /// A commit of an empty tree whose id is `number`, with a ref at it if it is given a name.
    public func commit(_ number: UInt8, in repo: RepoRecord) async throws -> GitOID {
        let oid = Self.oid(number)
        try await store.write { tx in
            let commit = CommitRecord(
                oid: oid,
                tree: oid,
                parent: nil,
                depth: 1,
                committedAt: Self.start,
                author: "ada",
                title: "t",
                message: ""
            )
            try tx.insertCommit(commit, data: [number], repo: repo.id)
        }
        return oid
    }

    public static func oid(_ number: UInt8) -> GitOID {
        guard let oid = GitOID(bytes: [UInt8](repeating: number, count: GitOID.byteCount)) else {
            preconditionFailure("20 bytes are an oid")
        }
        return oid
    }
}

/// Runs `body` with a new store, which is closed and removed at the end.
public func withTestStore<Result>(_ body: (TestStore) async throws -> Result) async throws -> Result {
    try await withTemporaryDirectory { folder in
        let path = folder + "/hub.sqlite3"
        let store = try MetadataStore(path: path, readers: 4)
        let result = try await body(TestStore(store: store, path: path))
        try store.close()
        return result
    }
}
