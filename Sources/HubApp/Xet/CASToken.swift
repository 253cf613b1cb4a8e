// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a client of the chunk store shows: whose repo, what may be done there, until when.
///
/// Signed, so that nothing need be kept; rights are looked up anew with each use.
struct CASToken: Sendable, Hashable {
    enum Scope: String, Sendable {
        case read, write
    }

    static let prefix = "xet_"

    let scope: Scope
    /// The repo's public id.
    let repo: String
    /// The access token it was asked for with; `nil` for a stranger.
    let token: Int64?
    /// Seconds since the epoch.
    let expires: Int64

    private var fields: [String] { ["cas", scope.rawValue, repo, token.map(String.init) ?? "0", String(expires)] }

    func text(_ signer: URLSigner) -> String {
        Self.prefix + (fields.dropFirst() + [signer.sign(fields)]).joined(separator: ".")
    }

    init(scope: Scope, repo: String, token: Int64?, expires: Int64) {
        self.scope = scope
        self.repo = repo
        self.token = token
        self.expires = expires
    }

    /// - Throws: ``HubError/Code/invalidCredentials`` if it is not one of ours, or its time is over.
    init(_ text: String, signer: URLSigner, now: Timestamp) throws {
        let parts = text.dropFirst(Self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard text.hasPrefix(Self.prefix), parts.count == 5, let scope = Scope(rawValue: String(parts[0])),
            let token = Int64(parts[2]), let expires = Int64(parts[3])
        else { throw HubError(.invalidCredentials, "This is no token of the chunk store") }
        self.init(scope: scope, repo: String(parts[1]), token: token == 0 ? nil : token, expires: expires)
        guard signer.isValid(String(parts[4]), for: fields) else {
            throw HubError(.invalidCredentials, "The signature of this chunk store token does not match")
        }
        guard now.seconds < expires else {
            throw HubError(.invalidCredentials, "This chunk store token has expired: ask the hub for a new one")
        }
    }
}
