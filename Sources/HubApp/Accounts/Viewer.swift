// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import HubStore

/// Who asks: an account with its memberships and the limits of its token, or nobody. Who is signed in with a browser has no
/// token and no limits.
public struct Viewer: Sendable {
    public let account: AccountRecord?
    public let token: TokenRecord?
    public let memberships: [MembershipRecord]
    /// Signed in with a browser.
    public let isSession: Bool
    /// SHA-256 of the secret of the session they are signed in with.
    var sessionHash: [UInt8]?
    /// When the token ends that the session began with.
    var sessionEndsAt: Timestamp?
    /// Works on the machine itself.
    var isMachineOperator = false
    /// Where the request came from; for the audit log.
    public var origin = RequestOrigin()

    public static let anonymous = Viewer(account: nil, token: nil, memberships: [])

    public init(
        account: AccountRecord?,
        token: TokenRecord?,
        memberships: [MembershipRecord],
        isSession: Bool = false
    ) {
        self.account = account
        self.token = token
        self.memberships = memberships
        self.isSession = isSession
    }

    public var isAnonymous: Bool { account == nil }
    public var name: String? { account?.name }
    /// The account's number in the database.
    public var accountID: Int64? { account?.id }

    /// What the account may do in a namespace, whatever its token says.
    func role(inNamespace owner: Int64) -> Role? {
        guard let account else { return nil }
        if account.id == owner { return .admin }
        return memberships.first { $0.organisation.id == owner }?.role
    }

    /// Whether the viewer may know that the repo is there.
    func canSee(_ repo: RepoRecord) -> Bool {
        repo.visibility == .public
            || role(inNamespace: repo.ownerID) != nil && tokenAllows(.read, on: repo)
    }

    /// Whether the viewer may read the repo's files.
    func canReadFiles(_ repo: RepoRecord) -> Bool {
        guard canSee(repo) else { return false }
        guard repo.gated != nil else { return true }
        return role(inNamespace: repo.ownerID) != nil && tokenAllows(.read, on: repo)
    }

    func canWrite(_ repo: RepoRecord) -> Bool {
        guard let role = role(inNamespace: repo.ownerID), tokenAllows(.write, on: repo) else { return false }
        return role >= .write || role == .contributor && repo.creatorID == account?.id
    }

    /// Settings and deletion.
    func canAdminister(_ repo: RepoRecord) -> Bool {
        guard let role = role(inNamespace: repo.ownerID), tokenAllows(.write, on: repo) else { return false }
        return role == .admin || role >= .contributor && repo.creatorID == account?.id
    }

    /// Members of an organisation.
    func canAdminister(_ organisation: AccountRecord) -> Bool {
        role(inNamespace: organisation.id) == .admin && tokenAllows(.manage, inNamespace: organisation.name)
    }

    func canCreate(in owner: AccountRecord) -> Bool {
        guard let role = role(inNamespace: owner.id), role >= .contributor else { return false }
        return tokenAllows(.write, inNamespace: owner.name)
    }

    /// Whether the token lets its bearer use what was granted to the account on a gated repo.
    func canUseGrant(on repo: RepoRecord) -> Bool {
        tokenAllows(.read, on: repo) || token?.canReadGated == true && repo.visibility == .public
    }

    /// Whether the token may ask for access to repos of others in its owner's name.
    var mayAskForAccess: Bool { account.map { tokenAllows(.read, inNamespace: $0.name) } ?? false }

    /// Whether the viewer's token opens every repo of a namespace for reading.
    func canReadAll(ofNamespace name: String, _ owner: Int64) -> Bool {
        role(inNamespace: owner) != nil && tokenAllows(.read, inNamespace: name)
    }

    /// Whether the viewer may do all that the account may: who is signed in, or comes with a token with the role write.
    var mayDoAll: Bool { account != nil && (isSession || token?.role == .write) }

    /// When what the viewer shows ends; nothing that lasts longer comes of it.
    var endsAt: Timestamp? { token?.expiresAt ?? sessionEndsAt }

    /// Whether the viewer may look after the whole hub: an administrator who is signed in, or with a token that may do all.
    public var administersHub: Bool { account?.isAdmin == true && mayDoAll }

    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for who does not administer the hub, over
    ///   the network or on the machine.
    public func requireOperator() throws {
        guard !isMachineOperator, !administersHub else { return }
        guard !isAnonymous else { throw HubError(.unauthenticated, "Sign in as an administrator of this hub") }
        throw HubError(
            .forbidden,
            account?.isAdmin == true
                ? "Administering the hub takes a token with the role write" : "You are no administrator of this hub"
        )
    }

    /// Likes and the like: what an account does in its own name, with a token that may write there.
    var canActForItself: Bool { account.map { tokenAllows(.write, inNamespace: $0.name) } ?? false }

    /// Whether the viewer may write to discussions somewhere.
    var canDiscuss: Bool { canActForItself || scopesAllow(.discuss) { _ in true } || scopesAllow(.write) { _ in true } }

    /// Whether the viewer may write to discussions of a repo that it sees.
    func canTakePart(in repo: RepoRecord) -> Bool {
        !isAnonymous && (canActForItself || tokenAllows(.write, on: repo) || tokenAllows(.discuss, on: repo))
    }

    /// Which private repos lists show.
    var visibilityScope: VisibilityScope {
        guard let account else { return .anonymous }
        let namespaces = [account] + memberships.map(\.organisation)
        return VisibilityScope(owners: namespaces.filter { tokenAllows(.read, inNamespace: $0.name) }.map(\.id))
    }

    private func tokenAllows(_ permission: TokenScope.Permission, on repo: RepoRecord) -> Bool {
        tokenAllows(permission, inNamespace: repo.ownerName)
            || scopesAllow(permission) { scope in
                scope.entityType == repo.kind.rawValue && scope.entityName.lowercased() == repo.fullName.lowercased()
            }
    }

    private func tokenAllows(_ permission: TokenScope.Permission, inNamespace name: String) -> Bool {
        if isSession { return true }
        guard let token else { return false }
        switch token.role {
        case .write: return true
        case .read: return permission == .read
        case .fineGrained:
            return scopesAllow(permission) { scope in
                ["user", "org"].contains(scope.entityType) && scope.entityName.lowercased() == name.lowercased()
            }
        }
    }

    private func scopesAllow(_ permission: TokenScope.Permission, where covers: (TokenScope) -> Bool) -> Bool {
        guard let token, token.role == .fineGrained else { return false }
        return token.scopes.contains { scope in
            covers(scope)
                && (scope.permissions.contains(permission) || permission == .read && scope.permissions.contains(.write))
        }
    }
}
