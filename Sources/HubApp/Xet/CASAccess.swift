// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What the bearer of a chunk store token may do, as of now.
public struct CASAccess: Sendable {
    public let viewer: Viewer
    let repo: RepoRecord
    let scope: CASToken.Scope
    /// Where the repo's chunks are shared.
    let domain: XetDomain
    /// Whether the bearer may read all that the domain holds: who may not is never told what is there already.
    let seesDomain: Bool

    /// - Throws: ``HubError/Code/forbidden`` for a token that only reads.
    public func requireWrite() throws {
        guard scope == .write else {
            throw HubError(.forbidden, "This chunk store token only reads: uploads need one from xet-write-token")
        }
    }
}

/// A token of the chunk store with what a client needs to use it.
public struct CASTicket: Sendable {
    /// Where the chunk store is, without a slash at the end.
    public let url: String
    public let token: String
    /// Seconds since the epoch.
    public let expires: Int64
}

extension XetService {
    /// A token for reading the files of a revision.
    public func readTicket(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision?,
        baseURL: String,
        viewer: Viewer
    ) async throws -> CASTicket {
        let (repo, epoch) = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            if let revision { _ = try tx.resolve(revision, in: repo) }
            return (repo, try tx.xetEpoch(of: hub.domain(of: repo)))
        }
        return ticket(.read, repo, epoch: epoch, baseURL: baseURL, viewer: viewer)
    }

    /// A token for uploading files that a commit will name.
    /// - Parameter isProposal: a commit to a pull request.
    public func writeTicket(
        _ kind: RepoKind,
        _ id: RepoID,
        isProposal: Bool = false,
        baseURL: String,
        viewer: Viewer
    ) async throws -> CASTicket {
        let (repo, epoch) = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, isProposal ? .propose : .write)
            return (repo, try tx.xetEpoch(of: hub.domain(of: repo)))
        }
        return ticket(.write, repo, epoch: epoch, baseURL: baseURL, viewer: viewer)
    }

    func ticket(
        _ scope: CASToken.Scope,
        _ repo: RepoRecord,
        epoch: Int64,
        baseURL: String,
        viewer: Viewer
    ) -> CASTicket {
        let expires = hub.clock.now.adding(seconds: hub.limits.xetTokenSeconds).seconds
        let token = CASToken(scope: scope, repo: repo.publicID, token: viewer.token?.id, expires: expires)
        return CASTicket(
            // Clients keep what they know of stored chunks by this very address: another domain or epoch is another.
            url: "\(baseURL)/cas/\(hub.domain(of: repo))/\(epoch)",
            token: token.text(hub.signer),
            expires: expires
        )
    }

    /// What a chunk store token opens now.
    /// - Throws: ``HubError/Code/invalidCredentials``; ``HubError/Code/repoNotFound`` or ``HubError/Code/forbidden`` when the
    ///   rights it was given for are gone.
    public func access(_ text: String) async throws -> CASAccess {
        let now = hub.clock.now
        let token = try CASToken(text, signer: hub.signer, now: now)
        return try await hub.store.read { tx in
            var viewer = Viewer.anonymous
            if let id = token.token {
                guard let (record, account) = try tx.token(id: id), record.isValid(at: now),
                    account.disabledAt == nil
                else {
                    throw HubError(.invalidCredentials, "The access token behind this chunk store token is gone")
                }
                viewer = Viewer(account: account, token: record, memberships: try tx.memberships(ofUser: account.id))
            }
            guard let found = try tx.repo(publicID: token.repo) else { throw HubError.repoNotFound }
            let repo = try tx.repo(
                found.kind,
                RepoID(found.fullName),
                for: viewer,
                token.scope == .write ? .propose : .readFiles
            )
            return CASAccess(
                viewer: viewer,
                repo: repo,
                scope: token.scope,
                domain: hub.domain(of: repo),
                seesDomain: viewer.canReadAll(ofNamespace: repo.ownerName, repo.ownerID)
            )
        }
    }
}

extension Hub {
    /// Where a repo's chunks are shared.
    func domain(of repo: RepoRecord) -> XetDomain {
        limits.dedupDomain == .hub ? .hub : XetDomain(id: repo.ownerID)
    }
}
