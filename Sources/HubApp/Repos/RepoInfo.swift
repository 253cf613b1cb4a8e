// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension RepoService {
    /// What of a repo's description a client asks for.
    public struct InfoOptions: Sendable {
        /// Only these fields, besides the ids.
        public var expand: [String]
        /// Sizes and ids with each sibling.
        public var blobs: Bool
        /// What scans found in the files.
        public var securityStatus: Bool

        public init(expand: [String] = [], blobs: Bool = false, securityStatus: Bool = false) {
            self.expand = expand
            self.blobs = blobs
            self.securityStatus = securityStatus
        }
    }

    /// The answer of `GET /api/{kind}/{id}[/revision/{revision}]`.
    public func info(
        _ kind: RepoKind,
        _ id: RepoID,
        revision: Revision?,
        options: InfoOptions,
        baseURL: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        let fields = try RepoField.parse(options.expand, kind: kind)
        let warm = hub.warm.names
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .see)
            let commit = try revision.map { try tx.resolve($0, in: repo) } ?? tx.head(of: repo)
            let presenter = RepoPresenter(tx: tx, repo: repo, commit: commit, baseURL: baseURL, warm: warm)
            let json = try presenter.json(fields.isEmpty ? RepoField.ofInfo(kind) : fields, blobs: options.blobs)
            guard options.securityStatus, var object = json.objectValue else { return json }
            object["securityRepoStatus"] = try RepoScan(tx, repo: repo, commit: commit).status
            return .object(object)
        }
    }
}
