// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    public func account(named name: AccountName) throws -> AccountRecord? {
        try account(where: "name_key = ?", [name.key])
    }

    public func account(id: Int64) throws -> AccountRecord? { try account(where: "id = ?", [id]) }

    private func account(where condition: String, _ arguments: StatementArguments) throws -> AccountRecord? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(AccountRecord.columns) FROM account WHERE \(condition)"),
            arguments: arguments
        ).map(AccountRecord.init)
    }

    public func hasAdmin() throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM account WHERE is_admin)") ?? false
    }

    public func accountCount() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT count(*) FROM account") ?? 0 }

    /// The organisations a user is in, by name.
    public func memberships(ofUser id: Int64) throws -> [MembershipRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT account.*, membership.role
                FROM membership JOIN account ON account.id = membership.org_id
                WHERE membership.user_id = ? ORDER BY account.name_key
                """
        )
        return try Row.fetchAll(statement, arguments: [id]).map {
            MembershipRecord(organisation: try AccountRecord($0), role: try $0.choice("role"))
        }
    }
}

extension WriteTransaction {
    /// - Throws: ``HubError/Code/conflict`` if the name is taken, in any case.
    public func insertAccount(
        publicID: String,
        kind: AccountRecord.Kind,
        name: AccountName,
        fullName: String,
        email: String?,
        isEmailVerified: Bool = true,
        isAdmin: Bool,
        defaultVisibility: Visibility,
        at now: Timestamp
    ) throws -> AccountRecord {
        guard try read.account(named: name) == nil else {
            throw HubError(.conflict, "An account called '\(name)' already exists")
        }
        try db.execute(
            sql: """
                INSERT INTO account
                    (public_id, kind, name, name_key, full_name, email, email_verified, is_admin, default_visibility,
                    created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                publicID, kind.rawValue, name.text, name.key, fullName, email, isEmailVerified, isAdmin,
                defaultVisibility.rawValue, now.milliseconds,
            ]
        )
        guard let account = try read.account(id: db.lastInsertedRowID) else {
            throw HubError(.internal, "The account just made is not there")
        }
        return account
    }

    /// What a user says of themselves; nobody vouches for another address than the one before.
    public func setProfile(ofAccount id: Int64, fullName: String, email: String?) throws {
        try db.execute(
            sql: """
                UPDATE account
                SET full_name = ?1, email = ?2,
                    email_verified = CASE WHEN email IS ?2 THEN email_verified ELSE 0 END
                WHERE id = ?3
                """,
            arguments: [fullName, email, id]
        )
    }

    /// Adds a member, or changes the role of one.
    public func setMembership(org: Int64, user: Int64, role: Role, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO membership (org_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET role = excluded.role
                """,
            arguments: [org, user, role.rawValue, now.milliseconds]
        )
    }
}
