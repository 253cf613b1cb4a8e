// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Organisations over the network: made by users, their members looked after by their administrators.
///
/// An organisation always has an administrator: the last one can neither leave nor step down.
public struct OrganisationService: Sendable {
    let hub: Hub

    static let pageSize = 500

    /// Makes an organisation whose administrator is the viewer.
    /// - Throws: ``HubError/Code/conflict`` if the name is taken, ``HubError/Code/forbidden`` for a token that may not
    ///   write in its owner's name, or where only the hub's administrators make organisations.
    public func create(
        _ name: AccountName,
        fullName: String?,
        defaultVisibility: Visibility,
        viewer: Viewer
    ) async throws -> JSONValue {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to make an organisation") }
        guard viewer.canActForItself else {
            throw HubError(.forbidden, "This token may not write: use one with the role write")
        }
        guard hub.limits.organisationCreation == .users || account.isAdmin else {
            throw HubError(.forbidden, "On this hub organisations are made by its administrators: ask one of them")
        }
        if let fullName { try Self.check(fullName: fullName) }
        let organisation = try await hub.accounts.createOrganisation(
            name,
            fullName: fullName,
            members: [(user: AccountName(account.name), role: .admin)],
            defaultVisibility: defaultVisibility,
            by: viewer
        )
        var json = AccountPresenter.organisation(organisation)
        json["roleInOrg"] = .string(Role.admin.rawValue)
        return .object(json)
    }

    /// The viewer's own organisations.
    public func mine(_ viewer: Viewer) throws -> JSONValue {
        guard !viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to see your organisations") }
        return .array(viewer.memberships.map(AccountPresenter.membership))
    }

    /// A page of members by name; members see each other's roles.
    /// - Parameter email: only the member with this address; for administrators.
    public func members(
        of name: AccountName,
        email: String?,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        return try await hub.store.read { tx in
            let organisation = try tx.person(name, .org)
            if email != nil { try Self.requireAdministrator(viewer, of: organisation) }
            let rows = try tx.members(
                ofOrganisation: organisation.id,
                email: email,
                after: cursor?.lowercased(),
                limit: size + 1,
                viewer: viewer.account?.id
            )
            let page = rows.prefix(size)
            let showsRoles = viewer.role(inNamespace: organisation.id) != nil
            return ItemPage(
                items: .array(
                    page.map { AccountPresenter.person($0.person, role: showsRoles ? $0.role : nil, for: viewer) }
                ),
                next: rows.count > size ? page.last?.person.account.name : nil
            )
        }
    }

    /// Makes a user a member.
    /// - Throws: ``HubError/Code/conflict`` if the user is one, ``HubError/Code/notFound``,
    ///   ``HubError/Code/forbidden`` if the viewer does not administer the organisation.
    public func addMember(_ user: AccountName, role: Role, to name: AccountName, viewer: Viewer) async throws {
        try await change(name, user, viewer) { tx, organisation, user, now in
            guard try tx.read.role(ofUser: user.id, inOrganisation: organisation.id) == nil else {
                throw HubError(.conflict, "\(user.name) is a member of \(organisation.name) already")
            }
            try tx.setMembership(org: organisation.id, user: user.id, role: role, at: now)
            let data: JSONObject = ["user": .string(user.name), "role": .string(role.rawValue)]
            try tx.audit(.memberChange, organisation.name, by: viewer, data, at: now)
        }
    }

    /// Gives a member another role.
    /// - Throws: ``HubError/Code/notFound`` if the user is no member, ``HubError/Code/badRequest`` if nobody would
    ///   administer the organisation any more, ``HubError/Code/forbidden``.
    public func setRole(_ role: Role, of user: AccountName, in name: AccountName, viewer: Viewer) async throws {
        try await change(name, user, viewer) { tx, organisation, user, now in
            let former = try Self.role(of: user, in: organisation, tx.read)
            guard former != role else { return }
            try Self.requireAnotherAdministrator(than: former, in: organisation, tx.read)
            try tx.setMembership(org: organisation.id, user: user.id, role: role, at: now)
            let data: JSONObject = [
                "user": .string(user.name), "role": .string(role.rawValue), "former": .string(former.rawValue),
            ]
            try tx.audit(.memberChange, organisation.name, by: viewer, data, at: now)
        }
    }

    /// Ends a membership, one's own without being administrator. What the member made stays with the organisation.
    /// - Throws: as ``setRole(_:of:in:viewer:)``.
    public func removeMember(_ user: AccountName, from name: AccountName, viewer: Viewer) async throws {
        try await change(name, user, viewer, isLeaving: viewer.name?.lowercased() == user.key) {
            tx,
            organisation,
            user,
            now in
            let former = try Self.role(of: user, in: organisation, tx.read)
            try Self.requireAnotherAdministrator(than: former, in: organisation, tx.read)
            try tx.removeMembership(org: organisation.id, user: user.id)
            let data: JSONObject = ["user": .string(user.name), "former": .string(former.rawValue)]
            try tx.audit(.memberRemove, organisation.name, by: viewer, data, at: now)
        }
    }

    /// Runs `body` in a transaction if the viewer may change memberships.
    private func change(
        _ name: AccountName,
        _ user: AccountName,
        _ viewer: Viewer,
        isLeaving: Bool = false,
        _ body: @escaping @Sendable (WriteTransaction, AccountRecord, AccountRecord, Timestamp) throws -> Void
    ) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let organisation = try tx.read.person(name, .org)
            if !(isLeaving && viewer.canActForItself) { try Self.requireAdministrator(viewer, of: organisation) }
            try body(tx, organisation, try tx.read.person(user, .user), now)
        }
    }

    private static func requireAdministrator(_ viewer: Viewer, of organisation: AccountRecord) throws {
        guard !viewer.canAdminister(organisation) else { return }
        throw viewer.isAnonymous
            ? HubError(.unauthenticated, "Log in to look after the members of \(organisation.name)")
            : HubError(
                .forbidden,
                "Members of \(organisation.name) are looked after by its administrators, with a token that may write"
            )
    }

    private static func role(of user: AccountRecord, in organisation: AccountRecord, _ tx: ReadTransaction) throws
        -> Role
    {
        guard let role = try tx.role(ofUser: user.id, inOrganisation: organisation.id) else {
            throw HubError(.notFound, "\(user.name) is no member of \(organisation.name)")
        }
        return role
    }

    private static func requireAnotherAdministrator(
        than former: Role,
        in organisation: AccountRecord,
        _ tx: ReadTransaction
    ) throws {
        guard former == .admin else { return }
        guard try tx.memberCount(ofOrganisation: organisation.id, role: .admin) > 1 else {
            throw HubError(
                .badRequest,
                "\(organisation.name) would be left without an administrator: give somebody else the role admin first"
            )
        }
    }

    private static func check(fullName: String) throws {
        guard (1...200).contains(fullName.utf8.count), !fullName.contains(where: \.isNewline) else {
            throw HubError(.badRequest, "\"fullname\" has 1 to 200 bytes in one line")
        }
    }
}
