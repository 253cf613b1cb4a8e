// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import GRDBSQLite
import HubCore

/// One row of a list, straight from the database's memory: valid inside the call that gives it only.
///
/// For pages of hundreds of rows a second; everything else uses ``RepoRecord``.
public struct ListRow {
    /// The columns, in the order they are asked for.
    public enum Column: Int32, CaseIterable {
        case id, publicID, ownerName, name, visibility, gated, disabled, sdk, createdAt, updatedAt, downloads,
            downloadsAllTime, likes, trending, pipelineTag, libraryName, tags, head

        fileprivate var sql: String {
            switch self {
            case .id: "repo.id"
            case .publicID: "repo.public_id"
            case .ownerName: "owner.name"
            case .name: "repo.name"
            case .visibility: "repo.visibility"
            case .gated: "repo.gated"
            case .disabled: "repo.disabled"
            case .sdk: "repo.sdk"
            case .createdAt: "repo.created_at"
            case .updatedAt: "repo.updated_at"
            case .downloads: "repo.downloads"
            case .downloadsAllTime: "repo.downloads_all"
            case .likes: "repo.likes"
            case .trending: "repo.trending"
            case .pipelineTag: "repo.pipeline_tag"
            case .libraryName: "repo.library_name"
            case .tags: "repo.tags"
            case .head: "(SELECT target FROM ref WHERE repo_id = repo.id AND name = 'refs/heads/main')"
            }
        }
    }

    static let columns = Column.allCases.map(\.sql).joined(separator: ", ")
    static let columnsWithoutHead = Column.allCases.map { $0 == .head ? "NULL" : $0.sql }.joined(separator: ", ")

    fileprivate let statement: SQLiteStatement

    public func int(_ column: Column) -> Int64 { sqlite3_column_int64(statement, column.rawValue) }
    public func double(_ column: Column) -> Double { sqlite3_column_double(statement, column.rawValue) }
    public func isNull(_ column: Column) -> Bool { sqlite3_column_type(statement, column.rawValue) == SQLITE_NULL }

    /// The bytes of a text or blob; empty for NULL.
    public func withBytes<Result>(_ column: Column, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let start = sqlite3_column_blob(statement, column.rawValue)
        return try body(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column.rawValue)))
        )
    }
}

extension ReadTransaction {
    /// Calls `body` with each row of a page, at most `limit` of them.
    /// - Parameter head: also look for the commit that main is at.
    public func forEachListRow(_ query: RepoListQuery, head: Bool, _ body: (ListRow) throws -> Void) throws {
        let columns = head ? ListRow.columns : ListRow.columnsWithoutHead
        try forEachRow(query, columns: columns) { _, statement in try body(ListRow(statement: statement)) }
    }
}
