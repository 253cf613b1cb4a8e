// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore

/// Authorisation codes (RFC 6749, with PKCE): a browser brings somebody here and takes a code back.
extension OAuthService {
    /// A request whose client and way back are known to be right: what else is wrong may be told there.
    public struct Authorization: Sendable {
        public let question: OAuthQuestion
        /// Where the browser goes with code or refusal, without what is appended.
        public let redirectURI: String
        public let state: String?
        let clientID: String
        let challenge: String?
        let nonce: String?
        /// What the program is told at once.
        public let refusal: OAuthError?
    }

    /// Reads the items of `GET /oauth/authorize`.
    /// - Throws: ``HubError/Code/badRequest`` for what must not be sent on: a program or address that is not known.
    public func authorization(_ items: [String: String]) async throws -> Authorization {
        let clientID = items["client_id"] ?? ""
        guard let app = try await hub.store.read({ try $0.oauthApp(clientID: clientID) }) else {
            throw HubError(.badRequest, "There is no program with this client_id on this hub")
        }
        let asked = items["redirect_uri"] ?? (app.redirectURIs.count == 1 ? app.redirectURIs.first : nil)
        guard let redirectURI = asked, app.redirectURIs.contains(where: { RedirectURI.matches($0, redirectURI) }) else {
            throw HubError(.badRequest, "\(app.name) is not registered with this redirect_uri on this hub")
        }
        let scopes = items["scope"].map(OAuthScope.known) ?? OAuthScope.unasked(isDevice: false)
        var refusal: OAuthError?
        if items["response_type"] != "code" {
            refusal = OAuthError(.unsupportedResponseType, "Only response_type=code is supported")
        } else if scopes.isEmpty {
            refusal = OAuthError(.invalidScope, "None of the scopes is known to this hub")
        } else if let challenge = items["code_challenge"] {
            if items["code_challenge_method"] != "S256" || challenge.utf8.count != 43 {
                refusal = OAuthError(.invalidRequest, "code_challenge must be of the method S256")
            }
        } else if app.secretHash == nil {
            refusal = OAuthError(.invalidRequest, "A program without a secret needs a code_challenge")
        }
        if let nonce = items["nonce"], nonce.utf8.count > 512 {
            refusal = OAuthError(.invalidRequest, "The nonce is too long")
        }
        return Authorization(
            question: OAuthQuestion(app, scopes),
            redirectURI: redirectURI,
            state: items["state"],
            clientID: clientID,
            challenge: items["code_challenge"],
            nonce: items["nonce"],
            refusal: refusal
        )
    }

    /// Grants it: the code to take back.
    /// - Throws: ``OAuthError``.
    public func approve(_ authorization: Authorization, by viewer: Viewer) async throws -> String {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Sign in first") }
        let now = hub.clock.now
        let code = AccessTokenSecret.generate(prefix: "ac_").text
        try await hub.store.write(durable: true) { tx in
            guard let app = try tx.read.oauthApp(clientID: authorization.clientID) else {
                throw OAuthError(.unauthorizedClient, "The program is not known any more")
            }
            try checkRoom(tx.read)
            var grant = NewOAuthGrant(appID: app.id, codeHash: AccessTokenSecret.hash(code))
            grant.status = .approved
            grant.scopes = authorization.question.scopes.map(\.rawValue)
            grant.accountID = account.id
            grant.redirectURI = authorization.redirectURI
            grant.codeChallenge = authorization.challenge
            grant.nonce = authorization.nonce
            try tx.insertOAuthGrant(grant, expiresAt: now.adding(seconds: Self.codeSeconds), at: now)
            try Self.audit(tx, true, app, grant.scopes, viewer, at: now)
        }
        return code
    }

    /// The grant that an authorisation code stands for.
    /// - Throws: ``OAuthError``, or ``CodeReused``.
    func approvedCode(_ items: [String: String], _ app: OAuthAppRecord, _ tx: WriteTransaction) throws
        -> OAuthGrantRecord
    {
        guard let code = items["code"] else { throw OAuthError(.invalidRequest, "code is missing") }
        guard let grant = try tx.read.oauthGrant(codeHash: AccessTokenSecret.hash(code)), grant.appID == app.id,
            grant.redirectURI != nil
        else { throw OAuthError(.invalidGrant, "The code is not known") }
        // Whoever comes second, somebody has stolen it.
        guard grant.status != .exchanged else { throw CodeReused(grant: grant.id) }
        guard hub.clock.now < grant.expiresAt else { throw OAuthError(.invalidGrant, "The code has expired") }
        guard items["redirect_uri"] == grant.redirectURI || items["redirect_uri"] == nil && app.redirectURIs.count == 1
        else { throw OAuthError(.invalidGrant, "The redirect_uri is another than the code was sent to") }
        if let challenge = grant.codeChallenge {
            guard let verifier = items["code_verifier"],
                Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))) == challenge
            else { throw OAuthError(.invalidGrant, "The code_verifier is missing or wrong") }
        }
        return grant
    }

    /// A code was shown twice: what came of the first time has to end.
    struct CodeReused: Error {
        let grant: Int64
    }
}

/// Addresses that browsers are sent back to.
enum RedirectURI {
    /// Whether `asked` is the registered address. Its query may differ, which huggingface_hub's FastAPI helper uses; on
    /// the user's own machine the port may (RFC 8252).
    static func matches(_ registered: String, _ asked: String) -> Bool {
        guard asked.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !asked.contains("#") else { return false }
        let path = String(asked.prefix { $0 != "?" })
        if path == registered || asked == registered { return true }
        guard let known = loopback(registered), let other = loopback(path) else { return false }
        return known == other
    }

    /// Whether an address can be registered.
    static func isValid(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#"), !text.contains("?"),
            !text.contains("@"), text.utf8.count <= 2000
        else { return false }
        return text.hasPrefix("https://") && text.utf8.count > 8 || loopback(text) != nil
    }

    /// Host and path of an address on the user's own machine, without its port.
    private static func loopback(_ text: String) -> String? {
        for host in ["http://127.0.0.1", "http://localhost", "http://[::1]"] where text.hasPrefix(host) {
            var rest = text.dropFirst(host.count)
            if rest.first == ":" { rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber } }
            guard rest.isEmpty || rest.first == "/" else { return nil }
            return host + rest
        }
        return nil
    }
}
