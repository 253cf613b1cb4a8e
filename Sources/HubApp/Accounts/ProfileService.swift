// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension Hub {
    public var profiles: ProfileService { ProfileService(hub: self) }
}

/// What users say about themselves.
public struct ProfileService: Sendable {
    let hub: Hub

    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for a token without the role `write`.
    public func profile(_ viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        return try await hub.store.read { tx in
            guard let account = try tx.account(id: account.id) else { throw HubError(.notFound, "The account is gone") }
            return try Self.json(account, tx)
        }
    }

    /// - Parameters:
    ///   - fullName: `nil` stays as it is; empty is the user's name.
    ///   - email: `nil` stays as it is; empty is none.
    /// - Throws: ``HubError/Code/badRequest``, besides what ``profile(_:)`` throws.
    public func update(fullName: String?, email: String?, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let profile = try ProfileFields(fullName: fullName ?? account.fullName, email: email ?? account.email)
            try tx.setProfile(
                ofAccount: account.id,
                fullName: profile.fullName ?? account.name,
                email: profile.email
            )
            try tx.audit(.userUpdate, account.name, by: viewer, ["profile": true], at: now)
            guard let changed = try tx.read.account(id: account.id) else {
                throw HubError(.notFound, "The account is gone")
            }
            return try Self.json(changed, tx.read)
        }
    }

    private static func json(_ account: AccountRecord, _ tx: ReadTransaction) throws -> JSONValue {
        [
            "name": .string(account.name), "fullname": .string(account.fullName),
            "email": account.email.map(JSONValue.string) ?? .null,
            "hasPassword": .bool(try tx.passwordHash(ofAccount: account.id) != nil),
            "isAdmin": .bool(account.isAdmin),
        ]
    }

    private static func owner(_ viewer: Viewer) throws -> AccountRecord {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Sign in to see your settings") }
        guard viewer.mayDoAll else {
            throw HubError(.forbidden, "Settings are looked after with a token that has the role write")
        }
        return account
    }
}
