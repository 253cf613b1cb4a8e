// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import GRDBSQLite
public import HubCore

/// Which private repos a viewer sees besides all public ones.
public struct VisibilityScope: Sendable, Hashable {
    /// Namespaces whose private repos the viewer may read.
    public let owners: [Int64]

    public init(owners: [Int64]) { self.owners = owners }

    /// Public repos only.
    public static let anonymous = VisibilityScope(owners: [])

    var sql: (condition: String, arguments: StatementArguments) {
        guard !owners.isEmpty else { return ("repo.visibility = 'public'", []) }
        let marks = Array(repeating: "?", count: owners.count).joined(separator: ", ")
        return ("(repo.visibility = 'public' OR repo.owner_id IN (\(marks)))", StatementArguments(owners))
    }
}

/// A page of a list of repos: what to look for, in which order, after which one.
public struct RepoListQuery: Sendable {
    public enum Sort: String, Sendable, CaseIterable {
        case lastModified, trendingScore, createdAt, downloads, likes

        var column: String {
            switch self {
            case .lastModified: "updated_at"
            case .trendingScore: "trending"
            case .createdAt: "created_at"
            case .downloads: "downloads"
            case .likes: "likes"
            }
        }
    }

    /// The place after a row: its sort value and id.
    public struct Cursor: Sendable, Hashable {
        public let value: Double
        public let id: Int64

        public init(value: Double, id: Int64) {
            self.value = value
            self.id = id
        }
    }

    public var kind: RepoKind
    public var scope: VisibilityScope
    public var owner: Int64?
    public var pipelineTag: String?
    /// Whole tags; a repo must have all of them.
    public var tags: [String] = []
    /// Tags of which a repo must have at least one, for each of the lists.
    public var anyOfTags: [[String]] = []
    /// Only spaces that name a model or dataset.
    public var isLinked = false
    /// Words, all of which must be found (or begin a word) in id, tags or card; or all be parts of the id.
    public var search: [String] = []
    /// Only these, by owner and name in lower case; for a few.
    public var names: [String]?
    public var gated: Bool?
    public var parameters: (minimum: Int64?, maximum: Int64?) = (nil, nil)
    public var sort: Sort = .trendingScore
    public var ascending = false
    public var after: Cursor?
    public var limit = 50

    public init(kind: RepoKind, scope: VisibilityScope) {
        self.kind = kind
        self.scope = scope
    }
}

extension RepoListQuery {
    /// Whether a page is a walk along an index, each step of which gives a row but for private repos.
    public var isWalk: Bool {
        search.isEmpty && tags.isEmpty && anyOfTags.isEmpty && !isLinked && owner == nil && gated == nil
            && names == nil && parameters.minimum == nil && parameters.maximum == nil && limit <= 100
    }
}

/// Repos by id, one bit each.
struct RepoSet {
    private var words: [UInt64] = []
    private(set) var count = 0

    mutating func insert(_ id: Int64) {
        guard let place = Int(exactly: id >> 6), place >= 0 else { return }
        if place >= words.count { words += [UInt64](repeating: 0, count: max(place - words.count + 1, words.count)) }
        let bit = UInt64(1) << UInt64(id & 63)
        if words[place] & bit == 0 { count += 1 }
        words[place] |= bit
    }

    func contains(_ id: Int64) -> Bool {
        guard let place = Int(exactly: id >> 6), words.indices.contains(place) else { return false }
        return words[place] & (1 << UInt64(id & 63)) != 0
    }
}

extension ReadTransaction {
    /// One page; at most `limit` rows.
    public func repos(_ query: RepoListQuery) throws -> [RepoRecord] {
        var records: [RepoRecord] = []
        try forEachRow(query, columns: RepoRecord.columns) { row, _ in records.append(try RepoRecord(row)) }
        return records
    }

    /// Calls `body` with the rows of a page; the first column must be the repo's id.
    func forEachRow(
        _ query: RepoListQuery,
        columns: String,
        _ body: (Row, SQLiteStatement) throws -> Void
    ) throws {
        var query = query
        let found = try query.search.isEmpty ? nil : broadMatches(query)
        let limit = query.limit
        // Many repos match: walking along the sort and asking of each whether it is one of them ends after a page,
        // while looking all of them up to sort them would not.
        if found != nil {
            query.search = []
            query.limit = -1
        }
        guard let (sql, arguments) = try listSQL(query, columns: columns) else { return }
        let statement = try db.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        var count = 0
        // A row of the cursor is the statement itself, one step on.
        while count < limit, let row = try cursor.next() {
            if let found, !found.contains(sqlite3_column_int64(statement.sqliteStatement, 0)) { continue }
            count += 1
            try body(row, statement.sqliteStatement)
        }
    }

    /// The repos whose text has the words, if they are many, or `nil`. Names are not looked through for parts of words
    /// then: there is more than anybody reads.
    private func broadMatches(_ query: RepoListQuery) throws -> RepoSet? {
        let statement = try db.cachedStatement(
            sql: "SELECT rowid FROM repo_text_search WHERE repo_text_search MATCH ?"
        )
        let ids = try Int64.fetchCursor(statement, arguments: [Self.textMatch(query.search)])
        var set = RepoSet()
        while let id = try ids.next() { set.insert(id) }
        return set.count > Self.manyMatches ? set : nil
    }

    private static func textMatch(_ words: [String]) -> String {
        quoted(words).map { $0 + "*" }.joined(separator: " ")
    }

    private static func quoted(_ words: [String]) -> [String] {
        words.map { word in
            // FTS5 reads its query up to the first NUL, and would miss the closing quote.
            "\"" + word.replacing("\0", with: " ").replacing("\"", with: "\"\"") + "\""
        }
    }

    private static let manyMatches = 1000

    /// The query plan of a page, for the tests that no hot list scans.
    public func plan(_ query: RepoListQuery) throws -> String {
        guard let (sql, arguments) = try listSQL(query, columns: RepoRecord.columns) else { return "" }
        return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
            .map { try $0.value("detail", as: String.self) }.joined(separator: "\n")
    }

    /// `nil` when no row can match.
    func listSQL(_ query: RepoListQuery, columns: String) throws -> (String, StatementArguments)? {
        var conditions = ["repo.kind = ?"]
        var arguments: StatementArguments = [query.kind.rawValue]
        if let task = query.pipelineTag {
            conditions.append("repo.pipeline_tag = ?")
            arguments += [task]
        }
        if let owner = query.owner {
            conditions.append("repo.owner_id = ?")
            arguments += [owner]
        }
        for tag in query.tags {
            guard let id = try tagID(query.kind, tag) else { return nil }
            conditions.append(
                "EXISTS (SELECT 1 FROM repo_tag WHERE repo_tag.tag_id = ? AND repo_tag.repo_id = repo.id)"
            )
            arguments += [id]
        }
        for group in query.anyOfTags {
            let ids = try group.compactMap { try tagID(query.kind, $0) }
            guard !ids.isEmpty else { return nil }
            let marks = Array(repeating: "?", count: ids.count).joined(separator: ", ")
            conditions.append(
                "EXISTS (SELECT 1 FROM repo_tag WHERE repo_tag.repo_id = repo.id AND repo_tag.tag_id IN (\(marks)))"
            )
            arguments += StatementArguments(ids)
        }
        if query.isLinked {
            conditions.append(
                """
                EXISTS (SELECT 1 FROM repo_tag JOIN tag ON tag.id = repo_tag.tag_id
                    WHERE repo_tag.repo_id = repo.id AND tag.type IN ('model', 'dataset'))
                """
            )
        }
        if !query.search.isEmpty {
            let (condition, extra) = Self.searchCondition(query.search)
            conditions.append(condition)
            arguments += extra
        }
        if let names = query.names {
            guard !names.isEmpty else { return nil }
            let marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
            conditions.append("owner.name_key || '/' || repo.name_key IN (\(marks))")
            arguments += StatementArguments(names)
        }
        if let gated = query.gated { conditions.append(gated ? "repo.gated IS NOT NULL" : "repo.gated IS NULL") }
        if let minimum = query.parameters.minimum {
            conditions.append("repo.parameters >= ?")
            arguments += [minimum]
        }
        if let maximum = query.parameters.maximum {
            conditions.append("repo.parameters <= ?")
            arguments += [maximum]
        }
        let (visible, visibleArguments) = query.scope.sql
        conditions.append(visible)
        arguments += visibleArguments
        let column = "repo." + query.sort.column
        if let after = query.after {
            conditions.append("(\(column), repo.id) \(query.ascending ? ">" : "<") (?, ?)")
            arguments += [after.value, after.id]
        }
        let direction = query.ascending ? "ASC" : "DESC"
        arguments += [query.limit]
        return (
            """
            SELECT \(columns) FROM repo CROSS JOIN account AS owner ON owner.id = repo.owner_id
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(column) \(direction), repo.id \(direction) LIMIT ?
            """, arguments
        )
    }

    private func tagID(_ kind: RepoKind, _ value: String) throws -> Int64? {
        let statement = try db.cachedStatement(sql: "SELECT id FROM tag WHERE kind = ? AND value = ?")
        return try Int64.fetchOne(statement, arguments: [kind.rawValue, value])
    }

    private static func searchCondition(_ words: [String]) -> (String, StatementArguments) {
        let text = "SELECT rowid FROM repo_text_search WHERE repo_text_search MATCH ?"
        let match = textMatch(words)
        // The trigram table has nothing to say about less than three characters.
        guard words.allSatisfy({ $0.count >= 3 }) else { return ("repo.id IN (\(text))", [match]) }
        return (
            "repo.id IN (\(text) UNION SELECT rowid FROM repo_name_search WHERE repo_name_search MATCH ?)",
            [match, quoted(words).joined(separator: " ")]
        )
    }
}

extension RepoRecord {
    /// Where the next page begins after this row.
    public func cursor(_ sort: RepoListQuery.Sort) -> RepoListQuery.Cursor {
        let value: Double =
            switch sort {
            case .lastModified: Double(updatedAt.milliseconds)
            case .trendingScore: trending
            case .createdAt: Double(createdAt.milliseconds)
            case .downloads: Double(downloads)
            case .likes: Double(likes)
            }
        return RepoListQuery.Cursor(value: value, id: id)
    }
}
