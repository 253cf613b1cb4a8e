// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// What a repo's card, configuration and files say, ready to be stored; JSON columns are text.
public struct CardRecord: Sendable {
    public var commit: GitOID
    public var data: String?
    public var body: String
    public var error: String?
    public var config: String?
    public var transformersInfo: String?
    public var safetensors: String?
    public var gguf: String?
    public var modelIndex: String?

    public init(commit: GitOID, body: String = "") {
        self.commit = commit
        self.body = body
    }

    init(_ row: Row) throws {
        commit = try row.oid("commit_oid")
        data = try row.optional("data")
        body = try row.value("body")
        error = try row.optional("error")
        config = try row.optional("config")
        transformersInfo = try row.optional("transformers_info")
        safetensors = try row.optional("safetensors")
        gguf = try row.optional("gguf")
        modelIndex = try row.optional("model_index")
    }
}

/// One tag of a repo.
public struct TagRecord: Sendable, Hashable {
    /// `pipeline_tag`, `library`, `language`, `license`, `dataset`, `other` …
    public let type: String
    /// The whole tag as filters name it: `license:mit`.
    public let value: String
    /// What people read: `MIT`.
    public let label: String

    public init(type: String, value: String, label: String) {
        self.type = type
        self.value = value
        self.label = label
    }
}

extension ReadTransaction {
    public func card(repo: Int64) throws -> CardRecord? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM card WHERE repo_id = ?")
        return try Row.fetchOne(statement, arguments: [repo]).map(CardRecord.init)
    }

    /// A repo's tags, in the order the hub shows them.
    public func tags(repo: Int64) throws -> [TagRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT tag.type, tag.value, tag.label FROM repo_tag JOIN tag ON tag.id = repo_tag.tag_id
                WHERE repo_tag.repo_id = ? ORDER BY repo_tag.position
                """
        )
        return try Row.fetchAll(statement, arguments: [repo]).map {
            TagRecord(type: try $0.value("type"), value: try $0.value("value"), label: try $0.value("label"))
        }
    }

    /// Repos whose metadata was derived from another commit than their main branch is at.
    public func reposWithStaleMetadata() throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT ref.repo_id FROM ref LEFT JOIN card ON card.repo_id = ref.repo_id
                WHERE ref.name = 'refs/heads/main' AND (card.commit_oid IS NULL OR card.commit_oid != ref.target)
                """
        )
    }

    /// The tags in use on public repos of a kind, most used first within a type.
    public func tagsInUse(_ kind: RepoKind) throws -> [(tag: TagRecord, count: Int64)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT tag.type, tag.value, tag.label, count(*) AS uses
                FROM tag JOIN repo_tag ON repo_tag.tag_id = tag.id JOIN repo ON repo.id = repo_tag.repo_id
                WHERE tag.kind = ? AND repo.visibility = 'public'
                GROUP BY tag.id ORDER BY tag.type, uses DESC, tag.value
                """,
            arguments: [kind.rawValue]
        ).map {
            (
                TagRecord(type: try $0.value("type"), value: try $0.value("value"), label: try $0.value("label")),
                try $0.value("uses")
            )
        }
    }

    public func publicRepoCount(_ kind: RepoKind) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: "SELECT count(*) FROM repo WHERE kind = ? AND visibility = 'public'",
            arguments: [kind.rawValue]
        ) ?? 0
    }

    /// How many models the viewer sees per task.
    public func taskCounts(visibleTo scope: VisibilityScope) throws -> [String: Int64] {
        let (condition, arguments) = scope.sql
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT pipeline_tag, count(*) AS count FROM repo
                WHERE kind = 'model' AND pipeline_tag IS NOT NULL AND \(condition) GROUP BY pipeline_tag
                """,
            arguments: arguments
        )
        return try Dictionary(
            rows.map { (try $0.value("pipeline_tag", as: String.self), try $0.value("count", as: Int64.self)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

extension WriteTransaction {
    /// Replaces everything that is derived from the files of a repo's main branch.
    public func replaceMetadata(
        repo: RepoRecord,
        card: CardRecord,
        tags: [TagRecord],
        pipelineTag: String?,
        libraryName: String?,
        parameters: Int64?,
        sdk: String?
    ) throws {
        try db.execute(
            sql:
                "UPDATE repo SET pipeline_tag = ?, library_name = ?, parameters = ?, sdk = coalesce(?, sdk) WHERE id = ?",
            arguments: [pipelineTag, libraryName, parameters, sdk, repo.id]
        )
        try db.execute(
            sql: """
                INSERT INTO card (repo_id, commit_oid, data, body, error, config, transformers_info, safetensors, gguf,
                    model_index)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET commit_oid = excluded.commit_oid, data = excluded.data, body = excluded.body,
                    error = excluded.error, config = excluded.config, transformers_info = excluded.transformers_info,
                    safetensors = excluded.safetensors, gguf = excluded.gguf, model_index = excluded.model_index
                """,
            arguments: [
                repo.id, card.commit.data, card.data, card.body, card.error, card.config, card.transformersInfo,
                card.safetensors, card.gguf, card.modelIndex,
            ]
        )
        try replaceTags(repo: repo, tags)
        let list: JSONValue = .array(try read.tags(repo: repo.id).map { .string($0.value) })
        try db.execute(sql: "UPDATE repo SET tags = ? WHERE id = ?", arguments: [list.serialized, repo.id])
        try indexForSearch(repo: repo, tags: tags.map(\.value), card: card.body)
    }

    private func replaceTags(repo: RepoRecord, _ tags: [TagRecord]) throws {
        try db.execute(sql: "DELETE FROM repo_tag WHERE repo_id = ?", arguments: [repo.id])
        for (position, tag) in tags.enumerated() {
            try db.cachedStatement(
                sql: "INSERT INTO tag (kind, type, value, label) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [repo.kind.rawValue, tag.type, tag.value, tag.label])
            try db.cachedStatement(
                sql: """
                    INSERT INTO repo_tag (tag_id, repo_id, position)
                    SELECT id, ?, ? FROM tag WHERE kind = ? AND value = ? ON CONFLICT DO NOTHING
                    """
            ).execute(arguments: [repo.id, position, repo.kind.rawValue, tag.value])
        }
    }

    /// Puts a repo (anew) into the full-text tables.
    public func indexForSearch(repo: RepoRecord, tags: [String], card: String) throws {
        try db.execute(sql: "DELETE FROM repo_name_search WHERE rowid = ?", arguments: [repo.id])
        try db.execute(sql: "DELETE FROM repo_text_search WHERE rowid = ?", arguments: [repo.id])
        try db.execute(
            sql: "INSERT INTO repo_name_search (rowid, id) VALUES (?, ?)",
            arguments: [repo.id, repo.fullName]
        )
        try db.execute(
            sql: "INSERT INTO repo_text_search (rowid, id, tags, card) VALUES (?, ?, ?, ?)",
            arguments: [repo.id, repo.fullName, tags.joined(separator: " "), card]
        )
    }
}
