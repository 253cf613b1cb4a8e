// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Requests to read gated repos: asked by anybody with an account, decided by who may write to the repo.
///
/// | call | from | to |
/// |---|---|---|
/// | ask | no request, pending | pending; accepted if the gate is automatic |
/// | accept, reject, cancel | any other status | accepted, rejected, pending |
/// | grant | no request, pending, rejected | accepted |
///
/// Only the accepted may read the files; who was rejected cannot ask again.
public struct AccessService: Sendable {
    let hub: Hub

    /// Whose request is meant.
    public enum Subject: Sendable {
        case user(AccountName)
        /// As lists name it.
        case request(String)
    }

    static let pageSize = 100

    /// A page of the requests of one status, the latest first; for who may write to the repo.
    public func list(
        _ kind: RepoKind,
        _ id: RepoID,
        _ status: AccessRequestStatus,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        let after = try cursor.map(ListingCursor.decodeTime)
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        return try await hub.store.read { tx in
            let repo = try Self.gatedRepo(kind, id, viewer, tx)
            let rows = try tx.accessRequests(ofRepo: repo.id, status, after: after, limit: size + 1)
            let page = rows.prefix(size)
            let last = page.last.map { TimeCursor(at: $0.request.createdAt, id: $0.request.id) }
            return ItemPage(
                items: .array(try page.map { try Self.json($0.request, $0.account) }),
                next: rows.count > size ? last.map(ListingCursor.encode) : nil
            )
        }
    }

    /// Asks for access; accepted at once where the repo's gate is automatic.
    ///
    /// Asking again while waiting replaces what was filled in; who was accepted stays so.
    /// - Returns: what the request now is.
    /// - Throws: ``HubError/Code/badRequest`` if the repo is not gated, is open to the viewer as it is, or a field of
    ///   its card is not filled in; ``HubError/Code/gated`` after a rejection.
    public func ask(
        _ kind: RepoKind,
        _ id: RepoID,
        fields: [(name: String, value: String)],
        viewer: Viewer
    ) async throws -> AccessRequestStatus {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to ask for access") }
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .see)
            guard let gate = repo.gated else {
                throw HubError(.badRequest, "\(repo.fullName) is not gated: there is nothing to ask for")
            }
            guard viewer.mayAskForAccess else {
                throw HubError(.forbidden, "This token may not ask in its owner's name: use one with the role write")
            }
            guard viewer.role(inNamespace: repo.ownerID) == nil else {
                throw HubError(.badRequest, "You already have access to \(repo.fullName)")
            }
            switch try tx.read.accessRequest(repo: repo.id, account: account.id)?.status {
            case .accepted: return .accepted
            case .rejected: throw try tx.read.gatedError(repo, viewer)
            case .pending, nil: break
            }
            let form = try AccessForm(card: try tx.read.card(repo: repo.id)?.data)
            let status: AccessRequestStatus = gate == .auto ? .accepted : .pending
            try tx.setAccessRequest(
                publicID: RandomID.publicID(),
                repo: repo.id,
                account: account.id,
                status: status,
                fields: try form.check(fields).serialized,
                rejectionReason: nil,
                at: now
            )
            try tx.appendEvent("access.ask", account: account.id, repo: repo.id, at: now)
            return status
        }
    }

    /// Accepts or rejects a request, or makes it pending again. Who is rejected loses access at once.
    /// - Throws: ``HubError/Code/notFound`` if there is no such user or request, or if the request is in that status
    ///   already (clients expect the same code for both).
    public func handle(
        _ kind: RepoKind,
        _ id: RepoID,
        _ subject: Subject,
        to status: AccessRequestStatus,
        rejectionReason: String?,
        viewer: Viewer
    ) async throws {
        guard rejectionReason == nil || status == .rejected else {
            throw HubError(.badRequest, "\"rejectionReason\" goes with the status rejected only")
        }
        guard (rejectionReason?.utf8.count ?? 0) <= 1000 else {
            throw HubError(.badRequest, "\"rejectionReason\" is longer than 1000 bytes")
        }
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try Self.gatedRepo(kind, id, viewer, tx.read)
            guard let request = try Self.find(subject, in: repo, tx.read) else {
                throw HubError(.notFound, "There is no such access request for \(repo.fullName)")
            }
            guard request.status != status else {
                throw HubError(.notFound, "This access request is \(status.rawValue) already")
            }
            try tx.setAccessRequest(
                publicID: request.publicID,
                repo: repo.id,
                account: request.accountID,
                status: status,
                fields: nil,
                rejectionReason: rejectionReason,
                at: now
            )
            let user = try tx.read.account(id: request.accountID)
            var data: JSONObject = ["user": .string(user?.name ?? ""), "type": .string(kind.rawValue)]
            data["reason"] = rejectionReason.map(JSONValue.string)
            try tx.audit(Self.action(to: status), repo.fullName, by: viewer, data, at: now)
        }
    }

    /// Gives a user access, asked for or not.
    /// - Throws: ``HubError/Code/notFound`` if there is no such user, ``HubError/Code/badRequest`` if the user has
    ///   access already.
    public func grant(_ kind: RepoKind, _ id: RepoID, to name: AccountName, viewer: Viewer) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try Self.gatedRepo(kind, id, viewer, tx.read)
            guard let user = try tx.read.account(named: name), user.kind == .user else {
                throw HubError(.notFound, "There is no user called '\(name)'")
            }
            let isMember = try tx.read.memberships(ofUser: user.id).contains { $0.organisation.id == repo.ownerID }
            let request = try tx.read.accessRequest(repo: repo.id, account: user.id)
            guard user.id != repo.ownerID, !isMember, request?.status != .accepted else {
                throw HubError(.badRequest, "\(user.name) already has access to \(repo.fullName)")
            }
            try tx.setAccessRequest(
                publicID: RandomID.publicID(),
                repo: repo.id,
                account: user.id,
                status: .accepted,
                fields: nil,
                rejectionReason: nil,
                at: now
            )
            let data: JSONObject = ["user": .string(user.name), "type": .string(kind.rawValue)]
            try tx.audit(.accessGrant, repo.fullName, by: viewer, data, at: now)
        }
    }

    private static func action(to status: AccessRequestStatus) -> AuditAction {
        switch status {
        case .accepted: .accessAccept
        case .rejected: .accessReject
        case .pending: .accessCancel
        }
    }

    /// - Throws: ``HubError/Code/badRequest`` if the repo is not gated, besides what writing to it throws.
    private static func gatedRepo(_ kind: RepoKind, _ id: RepoID, _ viewer: Viewer, _ tx: ReadTransaction) throws
        -> RepoRecord
    {
        let repo = try tx.repo(kind, id, for: viewer, .write)
        guard repo.gated != nil else {
            throw HubError(.badRequest, "\(repo.fullName) is not gated: it has no access requests")
        }
        return repo
    }

    private static func find(_ subject: Subject, in repo: RepoRecord, _ tx: ReadTransaction) throws
        -> AccessRequestRecord?
    {
        switch subject {
        case .request(let publicID): return try tx.accessRequest(repo: repo.id, publicID: publicID)
        case .user(let name):
            guard let user = try tx.account(named: name) else {
                throw HubError(.notFound, "There is no user called '\(name)'")
            }
            return try tx.accessRequest(repo: repo.id, account: user.id)
        }
    }

    private static func json(_ request: AccessRequestRecord, _ account: AccountRecord) throws -> JSONValue {
        var user = AccountPresenter.brief(account).objectValue ?? [:]
        if request.wasAsked { user["email"] = account.email.map(JSONValue.string) }
        var json: JSONObject = [
            "requestId": .string(request.publicID), "status": .string(request.status.rawValue),
            "timestamp": .string(request.createdAt.iso8601), "user": .object(user),
        ]
        if request.fields != "{}" { json["fields"] = try JSONValue(parsing: Array(request.fields.utf8)) }
        json["rejectionReason"] = request.rejectionReason.map(JSONValue.string)
        return .object(json)
    }
}
