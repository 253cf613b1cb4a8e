// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubApp
import HubBlobs
public import HubCore
import HubStore
import NIOCore

/// A hub in a temporary folder with its blobs in memory and a clock that the test moves.
public struct TestHub: Sendable {
    public let hub: Hub
    public let clock: TestClock
    public static let baseURL = "http://hub.test"

    public init(hub: Hub, clock: TestClock) {
        self.hub = hub
        self.clock = clock
    }

    /// Makes a user and logs in.
    public func user(_ name: String) async throws -> Viewer {
        let made = try await hub.accounts.createUser(AccountName(name), fullName: nil, email: nil, isAdmin: false)
        return try await hub.accounts.viewer(token: made.secret.text)
    }

    /// Logs in with one more token.
    public func viewer(_ name: String, role: TokenRole, scopes: [TokenScope] = []) async throws -> Viewer {
        let secret = try await hub.accounts.createToken(
            for: AccountName(name),
            tokenName: "extra",
            role: role,
            scopes: scopes,
            lifetimeSeconds: nil
        )
        return try await hub.accounts.viewer(token: secret.text)
    }

    @discardableResult
    public func repo(
        _ id: String,
        kind: RepoKind = .model,
        visibility: Visibility = .public,
        as viewer: Viewer
    ) async throws -> RepoID {
        let id = try RepoID(id)
        var new = NewRepo(kind: kind, name: id.name, organisation: id.namespace.text)
        new.visibility = visibility
        _ = try await hub.repos.create(new, baseURL: Self.baseURL, viewer: viewer)
        return id
    }

    public func add(_ path: String, _ text: String) async throws -> CommitOperation {
        .addFile(path: try RepoPath(path), content: try await hub.uploads.storeRegularFile(Array(text.utf8)))
    }

    @discardableResult
    public func commit(
        _ operations: [CommitOperation],
        to id: RepoID,
        parent: GitOID? = nil,
        as viewer: Viewer
    ) async throws -> GitOID {
        try await hub.commits.commit(
            .model,
            id,
            .main,
            header: CommitHeader(summary: "change", parentCommit: parent),
            operations: operations,
            viewer: viewer
        ).oid
    }

    /// Every file's path at a revision of a model.
    public func files(_ id: RepoID, _ revision: String = "main", as viewer: Viewer) async throws -> [String] {
        try await entries(id, revision, as: viewer).filter { $0["type"]?.stringValue == "file" }
            .compactMap { $0["path"]?.stringValue }
    }

    public func entries(
        _ id: RepoID,
        _ revision: String = "main",
        expand: Bool = false,
        as viewer: Viewer
    ) async throws -> [JSONValue] {
        try await hub.trees.list(
            .model,
            id,
            Revision(revision),
            path: nil,
            recursive: true,
            expand: expand,
            after: nil,
            limit: nil,
            viewer: viewer
        ).entries.arrayValue ?? []
    }

    /// The text of a file.
    public func text(
        _ path: String,
        in id: RepoID,
        _ revision: String = "main",
        as viewer: Viewer
    ) async throws -> String {
        let file = try await hub.downloads.resolve(.model, id, Revision(revision), RepoPath(path), viewer: viewer)
        let reader = try await hub.blobs.open(file.blob)
        guard reader.size > 0 else { return "" }
        let bytes = try await reader.read(at: 0, upTo: Int(clamping: reader.size))
        return String(decoding: bytes.readableBytesView, as: UTF8.self)
    }
}

/// Runs `body` with a new hub, which is closed and removed at the end.
public func withTestHub<Result>(
    limits: HubLimits = HubLimits(),
    _ body: (TestHub) async throws -> Result
) async throws -> Result {
    try await withTestStore { test in
        let clock = TestClock()
        let hub = try await Hub(store: test.store, blobs: MemoryBlobStore(clock: clock), clock: clock, limits: limits)
        return try await body(TestHub(hub: hub, clock: clock))
    }
}
