// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A user or an organisation.
public struct AccountRecord: Sendable, Hashable {
    public typealias Kind = AccountKind

    public let id: Int64
    /// 24 hex digits, stable over renames: what clients see as `id`.
    public let publicID: String
    public let kind: Kind
    public let name: String
    public let fullName: String
    public let email: String?
    /// Whether somebody else than its owner vouched for the address.
    public let isEmailVerified: Bool
    /// May use the administration calls of the whole hub.
    public let isAdmin: Bool
    /// What a new repo in this namespace is when its creator does not say.
    public let defaultVisibility: Visibility
    public let createdAt: Timestamp
    /// Since when it opens nothing.
    public let disabledAt: Timestamp?

    static let columns = """
        id, public_id, kind, name, full_name, email, is_admin, default_visibility, created_at, disabled_at,
            email_verified
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        publicID = try row.value("public_id")
        kind = try row.choice("kind")
        name = try row.value("name")
        fullName = try row.value("full_name")
        email = try row.optional("email")
        isEmailVerified = try row.value("email_verified")
        isAdmin = try row.value("is_admin")
        defaultVisibility = try row.choice("default_visibility")
        createdAt = try row.time("created_at")
        disabledAt = try row.optionalTime("disabled_at")
    }
}

/// A user's place in an organisation.
public struct MembershipRecord: Sendable, Hashable {
    public let organisation: AccountRecord
    public let role: Role
}
