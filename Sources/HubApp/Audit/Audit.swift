// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Where a request came from, as the audit log keeps it.
public struct RequestOrigin: Sendable, Hashable {
    /// The client's address: the peer of the socket, or whom a trusted proxy names.
    public let address: String?
    /// What the answer's `X-Request-Id` says.
    public let requestID: String?

    public init(address: String? = nil, requestID: String? = nil) {
        self.address = address
        self.requestID = requestID
    }
}

/// A privileged act, put on record in the transaction that does it:
///
///     try tx.audit(.repoDelete, repo.fullName, by: viewer, at: now)
///
/// A new act is one more constant here and that one line.
public struct AuditAction: Sendable, Hashable {
    /// `thing.verb`.
    public let name: String

    public init(_ name: String) { self.name = name }

    /// The first parts of all names.
    public static let areas = [
        "access", "app", "backup", "branch", "gc", "identity", "invitation", "lfs", "member", "oauth", "org",
        "password",
        "quota", "reindex", "repo", "restore", "session", "token", "user", "verify", "webhook",
    ]

    public static let userCreate = AuditAction("user.create")
    /// Somebody made an account for themselves.
    public static let userJoin = AuditAction("user.join")
    public static let userUpdate = AuditAction("user.update")
    public static let userDelete = AuditAction("user.delete")
    public static let passwordSet = AuditAction("password.set")
    public static let invitationCreate = AuditAction("invitation.create")
    public static let invitationDelete = AuditAction("invitation.delete")
    public static let orgCreate = AuditAction("org.create")
    public static let memberChange = AuditAction("member.change")
    public static let memberRemove = AuditAction("member.remove")
    public static let tokenCreate = AuditAction("token.create")
    public static let tokenRevoke = AuditAction("token.revoke")
    public static let repoCreate = AuditAction("repo.create")
    public static let repoDelete = AuditAction("repo.delete")
    public static let repoMove = AuditAction("repo.move")
    public static let repoSettings = AuditAction("repo.settings")
    public static let repoSquash = AuditAction("repo.squash")
    public static let lfsDelete = AuditAction("lfs.delete")
    public static let accessGrant = AuditAction("access.grant")
    public static let accessAccept = AuditAction("access.accept")
    public static let accessReject = AuditAction("access.reject")
    /// Back to pending.
    public static let accessCancel = AuditAction("access.cancel")
    /// Somebody let a program act for them.
    public static let oauthGrant = AuditAction("oauth.grant")
    public static let oauthDeny = AuditAction("oauth.deny")
    public static let oauthRevoke = AuditAction("oauth.revoke")
    public static let appCreate = AuditAction("app.create")
    public static let appDelete = AuditAction("app.delete")
    /// Signed in with a browser.
    public static let sessionCreate = AuditAction("session.create")
    /// Sessions ended, other than by signing out.
    public static let sessionEnd = AuditAction("session.end")
    public static let identityLink = AuditAction("identity.link")
    public static let webhookCreate = AuditAction("webhook.create")
    public static let webhookUpdate = AuditAction("webhook.update")
    public static let webhookDelete = AuditAction("webhook.delete")
    public static let branchProtect = AuditAction("branch.protect")
    public static let branchUnprotect = AuditAction("branch.unprotect")
    public static let quotaSet = AuditAction("quota.set")
    public static let gcRun = AuditAction("gc.run")
    public static let verifyRun = AuditAction("verify.run")
    public static let reindexRun = AuditAction("reindex.run")
    public static let backupRun = AuditAction("backup.run")
    public static let restoreRun = AuditAction("restore.run")
}

extension WriteTransaction {
    /// Puts on record that `viewer` did this.
    ///
    /// Transactions that call it should be `durable`: an act must not be undone by a loss of power once it was told of.
    /// - Parameters:
    ///   - target: what was acted upon, as people name it: `alice/vit`, `alice`.
    ///   - data: what else matters; never a secret.
    func audit(
        _ action: AuditAction,
        _ target: String,
        by viewer: Viewer,
        _ data: JSONObject = [:],
        at now: Timestamp
    ) throws {
        try appendAudit(
            AuditRecord(
                createdAt: now,
                action: action.name,
                actorID: viewer.account?.id,
                actor: viewer.account?.name,
                tokenID: viewer.token?.id,
                address: viewer.origin.address,
                requestID: viewer.origin.requestID,
                target: target,
                data: JSONValue.object(data).serialized
            )
        )
    }
}

extension Viewer {
    /// Whoever can write the data folder, at work on the machine itself; no rights to repos come with it.
    public static let machineOperator: Viewer = {
        var viewer = Viewer(account: nil, token: nil, memberships: [])
        viewer.isMachineOperator = true
        return viewer
    }()
}

extension AuditRecord {
    /// One line of the log.
    var json: JSONValue {
        [
            "id": .int(id), "time": .string(createdAt.iso8601), "action": .string(action), "target": .string(target),
            "actor": actor.map(JSONValue.string) ?? .null, "actorId": actorID.map(JSONValue.int) ?? .null,
            "tokenId": tokenID.map(JSONValue.int) ?? .null, "address": address.map(JSONValue.string) ?? .null,
            "requestId": requestID.map(JSONValue.string) ?? .null,
            "data": (try? JSONValue(parsing: Array(data.utf8))) ?? .string(data),
        ]
    }
}

/// The acts on record.
public struct AuditService: Sendable {
    let hub: Hub

    /// Calls `body` with each act that matches, as one line of the log, oldest first; reads a page at a time.
    /// - Parameters:
    ///   - actor: an account's name, or the empty text for the operator.
    ///   - action: a whole action (`repo.delete`), or its first part (`repo`).
    public func forEach(
        since: Timestamp? = nil,
        actor: String? = nil,
        action: String? = nil,
        _ body: (JSONValue) throws -> Void
    ) async throws {
        let filter = AuditFilter(since: since, actor: actor, action: action)
        var last: Int64 = 0
        while true {
            let after = last
            let page = try await hub.store.read { try $0.audit(after: after, matching: filter, limit: 500) }
            for act in page { try body(act.json) }
            guard let end = page.last?.id else { return }
            last = end
        }
    }
}
