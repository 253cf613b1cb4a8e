// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// What a client asks for when it makes a repo.
public struct NewRepo: Sendable {
    public var kind: RepoKind
    public var name: String
    /// `nil` means the viewer's own namespace.
    public var organisation: String?
    public var visibility: Visibility?
    /// Of a space.
    public var sdk: String?
    public var license: String?

    public init(kind: RepoKind, name: String, organisation: String? = nil) {
        self.kind = kind
        self.name = name
        self.organisation = organisation
    }
}

extension RepoService {
    static let spaceSDKs: Set<String> = ["gradio", "streamlit", "docker", "static"]

    /// Makes a repo with its first commit: the `.gitattributes` that sends weights to LFS.
    /// - Throws: ``HubError/Code/conflict`` with the `url` of the repo that is there already.
    public func create(_ new: NewRepo, baseURL: String, viewer: Viewer) async throws -> JSONValue {
        guard let account = viewer.account else {
            throw HubError(.unauthenticated, "Log in to create a repository")
        }
        let namespace = try AccountName(new.organisation ?? account.name)
        let id = try RepoID(namespace: namespace, name: new.name)
        let kind = new.kind
        if kind == .space {
            guard let sdk = new.sdk, Self.spaceSDKs.contains(sdk) else {
                throw HubError(.badRequest, "\"sdk\" must be one of gradio, streamlit, docker, static")
            }
        }
        let lease = try await hub.blobLease()
        let files = try await initialFiles(new)
        let now = hub.clock.now
        let repo = try await hub.recording(files.storedBlobs.blobs, under: lease, durable: true) { tx in
            guard let owner = try tx.read.account(named: namespace) else {
                throw HubError(.notFound, "There is no user or organization called '\(namespace)'")
            }
            guard viewer.canCreate(in: owner) else {
                throw HubError(
                    .forbidden,
                    "You don't have the rights to create a \(kind.rawValue) under the namespace \"\(owner.name)\""
                )
            }
            if let existing = try tx.read.repo(kind, id) {
                throw HubError(
                    .conflict,
                    "You already created this \(kind.rawValue) repo",
                    url: Self.url(existing, baseURL: baseURL)
                )
            }
            let repo = try tx.insertRepo(
                publicID: RandomID.publicID(),
                kind: kind,
                owner: owner,
                creator: account.id,
                name: id,
                visibility: new.visibility ?? owner.defaultVisibility,
                sdk: new.sdk,
                at: now
            )
            let commit = try CommitWriter(tx: tx, repo: repo, viewer: viewer, domain: hub.domain(of: repo), now: now)
                .write(files, header: CommitHeader(summary: "initial commit"), onto: nil)
            try tx.compareAndSwapRef(
                repo: repo.id,
                name: RefName.headsPrefix + RefName.mainBranch,
                from: nil,
                to: commit.oid,
                at: now
            )
            try tx.indexForSearch(repo: repo, tags: [], card: "")
            try tx.appendEvent("repo.create", account: account.id, repo: repo.id, at: now)
            try tx.announce(RepoChange(.create, .repo, repo), at: now)
            try tx.audit(
                .repoCreate,
                repo.fullName,
                by: viewer,
                ["kind": .string(kind.rawValue), "visibility": .string(repo.visibility.rawValue)],
                at: now
            )
            return repo
        }
        try await MetadataIndexer(hub: hub).index(repo: repo.id)
        return [
            "url": .string(Self.url(repo, baseURL: baseURL)), "name": .string(repo.fullName),
            "id": .string(repo.publicID),
        ]
    }

    private func initialFiles(_ new: NewRepo) async throws -> [CommitOperation] {
        var files: [CommitOperation] = [
            .addFile(
                path: try RepoPath(".gitattributes"),
                content: try await hub.uploads.storeRegularFile(Array(GitAttributes.initial.utf8))
            )
        ]
        if let license = new.license {
            guard license.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), license.utf8.count <= 64 else {
                throw HubError(.badRequest, "\"license\" must be the id of a license, such as apache-2.0")
            }
            files.append(
                .addFile(
                    path: try RepoPath("README.md"),
                    content: try await hub.uploads.storeRegularFile(Array("---\nlicense: \(license)\n---\n".utf8))
                )
            )
        }
        return files
    }

    /// The web address of a repo, on the address the client itself uses.
    static func url(_ repo: RepoRecord, baseURL: String) -> String {
        "\(baseURL)/\(repo.kind.urlPrefix)\(repo.fullName)"
    }
}
