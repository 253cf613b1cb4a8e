// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension Hub {
    public var administration: AdministrationService { AdministrationService(hub: self) }
}

/// Looking after the users of the whole hub. Every call throws ``HubError/Code/unauthenticated`` or
/// ``HubError/Code/forbidden`` for who does not administer it.
public struct AdministrationService: Sendable {
    let hub: Hub

    static let pageSize = 50

    /// What shall be otherwise; `nil` stays as it is.
    public struct UserChange: Sendable {
        public var isAdmin: Bool?
        public var isDisabled: Bool?
        public var fullName: String?
        public var email: String?

        public init() {}
    }

    /// A page of users by name.
    /// - Parameter text: part of the name, the full name or the address.
    public func users(matching text: String?, cursor: String?, limit: Int?, by viewer: Viewer) async throws -> ItemPage
    {
        try viewer.requireOperator()
        let size = min(limit ?? Self.pageSize, 500)
        return try await hub.store.read { tx in
            let rows = try tx.users(matching: text ?? "", after: cursor?.lowercased() ?? "", limit: size + 1)
            let page = rows.prefix(size)
            return ItemPage(
                items: .array(try page.map { try self.json($0, tx) }),
                next: rows.count > size ? page.last?.name : nil
            )
        }
    }

    public func user(_ name: AccountName, by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        return try await hub.store.read { try self.json($0.person(name, .user), $0) }
    }

    /// Makes a user, who signs in with the password.
    /// - Throws: ``HubError/Code/conflict`` for a name that is taken, ``HubError/Code/unprocessable`` for a password that
    ///   will not do.
    public func createUser(
        _ name: AccountName,
        fullName: String?,
        email: String?,
        password: String,
        isAdmin: Bool,
        by viewer: Viewer
    ) async throws -> JSONValue {
        try viewer.requireOperator()
        let profile = try ProfileFields(fullName: fullName, email: email)
        try PasswordRules.check(password, name: name.text, email: profile.email)
        guard try await hub.store.read({ try $0.account(named: name) }) == nil else {
            throw HubError(.conflict, "An account called '\(name)' already exists")
        }
        let hash = try await hub.hasher.hash(password)
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let account = try tx.insertUser(
                name,
                fullName: profile.fullName,
                email: profile.email,
                isAdmin: isAdmin,
                at: now
            )
            try tx.setPasswordHash(hash.text, ofAccount: account.id, at: now)
            try tx.audit(.userCreate, account.name, by: viewer, ["admin": .bool(isAdmin)], at: now)
            return try self.json(account, tx.read)
        }
    }

    /// - Throws: ``HubError/Code/notFound``, ``HubError/Code/conflict`` if nobody would administer the hub any more.
    public func update(_ name: AccountName, _ change: UserChange, by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let user = try tx.read.person(name, .user)
            var data: JSONObject = [:]
            if change.isAdmin == false || change.isDisabled == true { try Self.requireAnother(than: user, tx.read) }
            if let isAdmin = change.isAdmin, isAdmin != user.isAdmin {
                try tx.setAdmin(isAdmin, ofAccount: user.id)
                data["admin"] = .bool(isAdmin)
            }
            if let isDisabled = change.isDisabled, isDisabled != (user.disabledAt != nil) {
                try tx.setDisabled(isDisabled ? now : nil, ofAccount: user.id)
                if isDisabled { _ = try tx.deleteSessions(ofAccount: user.id, except: nil) }
                data["disabled"] = .bool(isDisabled)
            }
            if change.fullName != nil || change.email != nil {
                let profile = try ProfileFields(
                    fullName: change.fullName ?? user.fullName,
                    email: change.email ?? user.email
                )
                try tx.setProfile(ofAccount: user.id, fullName: profile.fullName ?? user.name, email: profile.email)
                data["profile"] = true
            }
            if !data.isEmpty { try tx.audit(.userUpdate, user.name, by: viewer, data, at: now) }
            return try self.json(tx.read.person(name, .user), tx.read)
        }
    }

    /// Removes a user who owns nothing, with their tokens, sessions, likes, collections and memberships. What they
    /// wrote stays, without a name.
    /// - Throws: ``HubError/Code/notFound``; ``HubError/Code/conflict`` while they own repos, administer an
    ///   organisation alone, or the hub: they can be disabled.
    public func deleteUser(_ name: AccountName, by viewer: Viewer) async throws {
        try viewer.requireOperator()
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let user = try tx.read.person(name, .user)
            guard user.id != viewer.account?.id else { throw HubError(.conflict, "Nobody deletes themselves") }
            try Self.requireAnother(than: user, tx.read)
            let repos = try tx.read.repoCount(ofOwner: user.id)
            guard repos == 0 else {
                throw HubError(
                    .conflict,
                    "\(user.name) owns \(repos) repositories: move or delete them first, or disable the user"
                )
            }
            for membership in try tx.read.memberships(ofUser: user.id) where membership.role == .admin {
                guard try tx.read.memberCount(ofOrganisation: membership.organisation.id, role: .admin) > 1 else {
                    throw HubError(
                        .conflict,
                        "\(user.name) is the only administrator of \(membership.organisation.name): give somebody else "
                            + "that role first"
                    )
                }
            }
            try tx.deleteAccount(id: user.id)
            try tx.audit(.userDelete, user.name, by: viewer, at: now)
        }
    }

    private static func requireAnother(than user: AccountRecord, _ tx: ReadTransaction) throws {
        guard user.isAdmin, user.disabledAt == nil, try tx.enabledAdminCount() <= 1 else { return }
        throw HubError(.conflict, "\(user.name) is the only administrator of this hub: make somebody else one first")
    }

    private func json(_ account: AccountRecord, _ tx: ReadTransaction) throws -> JSONValue {
        let used = try tx.usedStorage(owner: account.id)
        let limit = try tx.storageLimit(of: account.id, standard: hub.limits.storageQuota)
        return [
            "name": .string(account.name), "fullname": .string(account.fullName),
            "email": account.email.map(JSONValue.string) ?? .null, "isAdmin": .bool(account.isAdmin),
            "isDisabled": .bool(account.disabledAt != nil),
            "hasPassword": .bool(try tx.passwordHash(ofAccount: account.id) != nil),
            "createdAt": .string(account.createdAt.iso8601),
            "lastSeenAt": try tx.lastSeen(account: account.id).map { .string($0.iso8601) } ?? .null,
            "usedStorage": .int(used), "storageLimit": limit.map(JSONValue.int) ?? .null,
            "quota": .string(try tx.quota(of: account.id).text),
        ]
    }
}

extension StorageQuota {
    /// `default`, `none` or a number of bytes.
    var text: String {
        switch self {
        case .standard: "default"
        case .unlimited: "none"
        case .bytes(let bytes): "\(bytes)"
        }
    }
}
