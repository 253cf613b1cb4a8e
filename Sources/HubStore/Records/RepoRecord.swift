// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A repo with its owner's name; what every list and page shows of it.
public struct RepoRecord: Sendable, Hashable {
    public let id: Int64
    /// 24 hex digits, stable over renames: what clients see as `_id`.
    public let publicID: String
    public let kind: RepoKind
    public let ownerID: Int64
    public let ownerName: String
    public let ownerKind: AccountRecord.Kind
    public let creatorID: Int64?
    public let name: String
    public let visibility: Visibility
    public let gated: Gating?
    public let isDisabled: Bool
    public let discussionsDisabled: Bool
    /// Of a space: `gradio`, `streamlit`, `docker` or `static`.
    public let sdk: String?
    public let createdAt: Timestamp
    public let updatedAt: Timestamp
    /// In the last 30 days.
    public let downloads: Int64
    public let downloadsAllTime: Int64
    public let likes: Int64
    public let trending: Double
    public let pipelineTag: String?
    public let libraryName: String?
    /// Weights of the checkpoint, all dtypes together.
    public let parameters: Int64?

    /// `namespace/name`.
    public var fullName: String { ownerName + "/" + name }

    static let columns = """
        repo.id, repo.public_id, repo.kind, repo.owner_id, owner.name AS owner_name, owner.kind AS owner_kind,
        repo.creator_id, repo.name, repo.visibility, repo.gated, repo.disabled, repo.discussions_disabled, repo.sdk,
        repo.created_at, repo.updated_at, repo.downloads, repo.downloads_all, repo.likes, repo.trending, repo.pipeline_tag,
        repo.library_name, repo.parameters
        """
    static let source = "repo JOIN account AS owner ON owner.id = repo.owner_id"

    init(_ row: Row) throws {
        id = try row.value("id")
        publicID = try row.value("public_id")
        kind = try row.choice("kind")
        ownerID = try row.value("owner_id")
        ownerName = try row.value("owner_name")
        ownerKind = try row.choice("owner_kind")
        creatorID = try row.optional("creator_id")
        name = try row.value("name")
        visibility = try row.choice("visibility")
        gated = try row.optional("gated", as: String.self).flatMap(Gating.init(rawValue:))
        isDisabled = try row.value("disabled")
        discussionsDisabled = try row.value("discussions_disabled")
        sdk = try row.optional("sdk")
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
        downloads = try row.value("downloads")
        downloadsAllTime = try row.value("downloads_all")
        likes = try row.value("likes")
        trending = try row.value("trending")
        pipelineTag = try row.optional("pipeline_tag")
        libraryName = try row.optional("library_name")
        parameters = try row.optional("parameters")
    }
}
