// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// An access token, without the token: the database has only its SHA-256.
public struct TokenRecord: Sendable, Hashable {
    public let id: Int64
    public let accountID: Int64
    public let name: String
    public let role: TokenRole
    /// Empty unless the role is ``TokenRole/fineGrained``.
    public let scopes: [TokenScope]
    /// Whether a fine-grained one opens the gated repos that were opened to its owner.
    public let canReadGated: Bool
    public let createdAt: Timestamp
    public let expiresAt: Timestamp?
    public let revokedAt: Timestamp?
    public let lastUsedAt: Timestamp?

    static let columns = """
        id, account_id, name, role, scopes, can_read_gated, created_at, expires_at, revoked_at, last_used_at
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        accountID = try row.value("account_id")
        name = try row.value("name")
        role = try row.choice("role")
        scopes = try TokenScopeCoding.decode(try row.value("scopes"))
        canReadGated = try row.value("can_read_gated")
        createdAt = try row.time("created_at")
        expiresAt = try row.optionalTime("expires_at")
        revokedAt = try row.optionalTime("revoked_at")
        lastUsedAt = try row.optionalTime("last_used_at")
    }

    /// Whether the token opens anything at `moment`.
    public func isValid(at moment: Timestamp) -> Bool {
        revokedAt == nil && expiresAt.map { moment < $0 } ?? true
    }
}
