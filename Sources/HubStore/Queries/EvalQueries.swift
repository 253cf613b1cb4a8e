// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// One score of a model on a benchmark.
public struct EvalResultRecord: Sendable, Hashable {
    /// The benchmark's dataset, in lower case.
    public let datasetKey: String
    public let taskID: String
    /// `nil` for a value that is no number, and for a file that is not understood.
    public let value: Double?
    public let filename: String
    /// JSON.
    public let entry: String

    public init(datasetKey: String, taskID: String, value: Double?, filename: String, entry: String) {
        self.datasetKey = datasetKey
        self.taskID = taskID
        self.value = value
        self.filename = filename
        self.entry = entry
    }

    init(_ row: Row) throws {
        datasetKey = try row.value("dataset_key")
        taskID = try row.value("task_id")
        value = try row.optional("value")
        filename = try row.value("filename")
        entry = try row.value("entry")
    }
}

extension ReadTransaction {
    /// A model's scores, in the order of its files.
    public func evalResults(repo: Int64) throws -> [EvalResultRecord] {
        let statement = try db.cachedStatement(sql: "SELECT * FROM eval_result WHERE repo_id = ? ORDER BY position")
        return try Row.fetchAll(statement, arguments: [repo]).map(EvalResultRecord.init)
    }

    /// The scores on a benchmark of the models the viewer sees, highest first.
    /// - Parameter dataset: its id, in any case.
    public func leaderboard(
        dataset: String,
        visibleTo scope: VisibilityScope,
        limit: Int
    ) throws -> [(repo: RepoRecord, result: EvalResultRecord)] {
        let (visible, arguments) = scope.sql
        return try Row.fetchAll(
            db,
            sql: """
                SELECT \(RepoRecord.columns), eval_result.* FROM eval_result
                JOIN repo ON repo.id = eval_result.repo_id JOIN account AS owner ON owner.id = repo.owner_id
                WHERE eval_result.dataset_key = ? AND eval_result.value IS NOT NULL AND \(visible)
                ORDER BY eval_result.value DESC, repo.id LIMIT ?
                """,
            arguments: [dataset.lowercased()] + arguments + [limit]
        ).map { (try RepoRecord($0), try EvalResultRecord($0)) }
    }

    /// The ids of public repos with a tag, most liked first.
    public func reposTagged(_ kind: RepoKind, _ tag: String, limit: Int) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT owner.name || '/' || repo.name FROM tag JOIN repo_tag ON repo_tag.tag_id = tag.id
                JOIN repo ON repo.id = repo_tag.repo_id JOIN account AS owner ON owner.id = repo.owner_id
                WHERE tag.kind = ? AND tag.value = ? AND repo.visibility = 'public'
                ORDER BY repo.likes DESC, repo.id LIMIT ?
                """,
            arguments: [kind.rawValue, tag, limit]
        )
    }

    /// How many public repos have a tag.
    public func publicReposTagged(_ kind: RepoKind, _ tag: String) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM tag JOIN repo_tag ON repo_tag.tag_id = tag.id
                JOIN repo ON repo.id = repo_tag.repo_id
                WHERE tag.kind = ? AND tag.value = ? AND repo.visibility = 'public'
                """,
            arguments: [kind.rawValue, tag]
        ) ?? 0
    }

    /// Accounts whose name begins with `prefix`, at most `limit` of a kind.
    public func accounts(beginningWith prefix: String, kind: AccountRecord.Kind, limit: Int) throws -> [AccountRecord] {
        let escaped = prefix.lowercased().replacing("\\", with: "\\\\").replacing("%", with: "\\%")
            .replacing("_", with: "\\_")
        return try Row.fetchAll(
            db,
            sql: "SELECT * FROM account WHERE kind = ? AND name_key LIKE ? ESCAPE '\\' ORDER BY name_key LIMIT ?",
            arguments: [kind.rawValue, escaped + "%", limit]
        ).map(AccountRecord.init)
    }
}

extension WriteTransaction {
    public func replaceEvalResults(repo: Int64, _ results: [EvalResultRecord]) throws {
        try db.execute(sql: "DELETE FROM eval_result WHERE repo_id = ?", arguments: [repo])
        for (position, result) in results.enumerated() {
            try db.cachedStatement(
                sql: """
                    INSERT INTO eval_result (repo_id, position, dataset_key, task_id, value, filename, entry)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    repo, position, result.datasetKey, result.taskID, result.value, result.filename, result.entry,
                ]
            )
        }
    }
}
