// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import Foundation
import HubCore
import HubStore

/// Signing in through an identity provider: OpenID Connect's authorisation code flow, with PKCE and nonce.
public struct SignOnService: Sendable {
    let hub: Hub
    public let settings: OIDCSettings
    private let provider: IdentityProvider
    private let web: any WebClient

    /// Seconds somebody may take at the provider.
    static let timeoutSeconds: Int64 = 600
    /// Seconds by which clocks may differ.
    private static let leeway: Int64 = 60

    public init(hub: Hub, settings: OIDCSettings, web: any WebClient) {
        self.hub = hub
        self.settings = settings
        self.web = web
        provider = IdentityProvider(issuer: settings.issuer, web: web)
    }

    /// A way to the provider.
    public struct Departure: Sendable {
        /// Where the browser goes.
        public let url: String
        /// What it has to bring back: binds the answer to the browser that left.
        public let cookie: String
        /// Seconds.
        public var cookieLifetime: Int64 { SignOnService.timeoutSeconds }
    }

    /// - Parameter callback: the hub's address that the provider sends back to.
    /// - Throws: ``HubError/Code/unavailable``.
    public func depart(callback: String, returnTo: String) async throws -> Departure {
        let description = try await provider.description()
        let trip = Trip(
            state: Base64URL.encode(RandomID.bytes(24)),
            nonce: Base64URL.encode(RandomID.bytes(24)),
            verifier: Base64URL.encode(RandomID.bytes(32)),
            returnTo: returnTo,
            end: hub.clock.now.adding(seconds: Self.timeoutSeconds).seconds
        )
        let query = Self.form([
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", callback),
            ("scope", settings.scopes), ("state", trip.state), ("nonce", trip.nonce),
            ("code_challenge", Base64URL.encode(SHA256.hash(data: Array(trip.verifier.utf8)))),
            ("code_challenge_method", "S256"),
        ])
        let joint = description.authorizationEndpoint.contains("?") ? "&" : "?"
        return Departure(url: description.authorizationEndpoint + joint + query, cookie: trip.cookie(hub.signer))
    }

    /// Somebody is back from the provider.
    /// - Parameters:
    ///   - items: of the query.
    ///   - session: who was signed in before: the provider's account is linked to that one.
    /// - Returns: the session, and where to go on.
    /// - Throws: ``HubError/Code/badRequest`` for an answer that this browser did not ask for, ``HubError/Code/forbidden``
    ///   when the provider or the hub refuses, ``HubError/Code/conflict`` when the user's name is taken.
    public func arrive(
        _ items: [String: String],
        cookie: String?,
        callback: String,
        session: SessionService.Session?,
        from browser: BrowserOrigin
    ) async throws -> (session: SessionService.Begun, returnTo: String) {
        guard let trip = cookie.flatMap({ Trip($0, hub.signer) }), trip.state == items["state"],
            hub.clock.now.seconds < trip.end
        else {
            throw HubError(.badRequest, "This sign-in was not begun in this browser, or too long ago; sign in again")
        }
        if let error = items["error"] {
            let why = items["error_description"] ?? error
            throw HubError(.forbidden, "\(settings.name) did not let you in: \(why.prefix(300))")
        }
        guard let code = items["code"] else { throw HubError(.badRequest, "The identity provider sent no code") }
        let claims = try await claims(code, trip, callback)
        let subject = claims["sub"]?.stringValue ?? ""
        guard (1...255).contains(subject.utf8.count) else { throw Self.wrong("sub") }
        let account = try await account(claims, subject: subject, session: session, origin: browser.origin)
        return (try await hub.sessions.begin(account, by: settings.issuer, from: browser), trip.returnTo)
    }

    /// Exchanges the code; the ID token's claims, all checked.
    private func claims(_ code: String, _ trip: Trip, _ callback: String) async throws -> JSONValue {
        let description = try await provider.description()
        var items = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback),
            ("code_verifier", trip.verifier), ("client_id", settings.clientID),
        ]
        var authorization: String?
        if let secret = settings.clientSecret {
            if description.takesSecretInForm {
                items.append(("client_secret", secret))
            } else {
                let pair = "\(PercentCoding.encode(settings.clientID)):\(PercentCoding.encode(secret))"
                authorization = "Basic " + Data(pair.utf8).base64EncodedString()
            }
        }
        let answer: WebAnswer
        do {
            answer = try await web.send(
                WebRequest(url: description.tokenEndpoint, form: Self.form(items), authorization: authorization)
            )
        } catch {
            throw HubError(.unavailable, "The identity provider does not answer; try again later", cause: error)
        }
        let json = try? JSONValue(parsing: answer.body)
        guard answer.status == 200, let token = json?["id_token"]?.stringValue else {
            let why =
                json?["error_description"]?.stringValue ?? json?["error"]?.stringValue ?? "status \(answer.status)"
            throw HubError(.forbidden, "\(settings.name) did not confirm the sign-in: \(why.prefix(300))")
        }
        let claims = try await provider.claims(of: token)
        try check(claims, nonce: trip.nonce)
        return claims
    }

    /// OpenID Connect Core, 3.1.3.7.
    private func check(_ claims: JSONValue, nonce: String) throws {
        let now = hub.clock.now.seconds
        guard claims["iss"]?.stringValue == settings.issuer else { throw Self.wrong("iss") }
        let audience =
            claims["aud"]?.stringValue.map { [$0] } ?? claims["aud"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard audience.contains(settings.clientID) else { throw Self.wrong("aud") }
        if audience.count > 1 || claims["azp"] != nil {
            guard claims["azp"]?.stringValue == settings.clientID else { throw Self.wrong("azp") }
        }
        guard let end = claims["exp"]?.intValue, now < end.addingReportingOverflow(Self.leeway).partialValue else {
            throw Self.wrong("exp")
        }
        guard let made = claims["iat"]?.intValue, made <= now + Self.leeway else { throw Self.wrong("iat") }
        guard claims["nonce"]?.stringValue == nonce else { throw Self.wrong("nonce") }
    }

    private static func wrong(_ claim: String) -> HubError {
        HubError(.forbidden, "The identity provider's ID token is not for this sign-in: its \(claim) is wrong")
    }

    /// Whom the provider means here: known, linked now, or new.
    private func account(
        _ claims: JSONValue,
        subject: String,
        session: SessionService.Session?,
        origin: RequestOrigin
    ) async throws -> AccountRecord {
        let issuer = settings.issuer
        if let known = try await hub.store.read({ try $0.account(issuer: issuer, subject: subject) }) { return known }
        let now = hub.clock.now
        if let session {
            return try await hub.store.write(durable: true) { tx in
                try tx.insertIdentity(issuer: issuer, subject: subject, account: session.account.id, at: now)
                try tx.audit(.identityLink, session.name, by: session.viewer, Self.link(issuer, subject), at: now)
                return session.account
            }
        }
        guard settings.createsUsers else {
            throw HubError(
                .forbidden,
                "Your account at \(settings.name) is not known to this hub: sign in with an access token first, "
                    + "then here once more, and they are linked"
            )
        }
        let name = try username(claims)
        let email = claims["email_verified"]?.boolValue == true ? claims["email"]?.stringValue : nil
        let fullName = claims["name"]?.stringValue.map { String($0.prefix(100)) }
        return try await hub.store.write(durable: true) { tx in
            if let known = try tx.read.account(issuer: issuer, subject: subject) { return known }
            // A name alone proves nothing: whoever has it here may be somebody else there.
            guard try tx.read.account(named: name) == nil else {
                throw HubError(
                    .conflict,
                    "There is a user called '\(name)' on this hub already. If that is you, sign in with one of your "
                        + "access tokens first, then here once more, and they are linked"
                )
            }
            let account = try tx.insertUser(name, fullName: fullName, email: email, at: now)
            try tx.insertIdentity(issuer: issuer, subject: subject, account: account.id, at: now)
            var viewer = Viewer(account: account, token: nil, memberships: [])
            viewer.origin = origin
            try tx.audit(.userCreate, account.name, by: viewer, ["admin": false], at: now)
            try tx.audit(.identityLink, account.name, by: viewer, Self.link(issuer, subject), at: now)
            return account
        }
    }

    private static func link(_ issuer: String, _ subject: String) -> JSONObject {
        ["issuer": .string(issuer), "subject": .string(subject)]
    }

    /// A name that an account can have, of the claim: what is before an `@`, other characters as hyphens.
    private func username(_ claims: JSONValue) throws -> AccountName {
        let text = claims[settings.usernameClaim]?.stringValue ?? claims["email"]?.stringValue ?? ""
        var name = ""
        for character in text.prefix(while: { $0 != "@" }).prefix(AccountName.maximumLength) {
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "_.".contains(character))
            let next: Character = isPlain ? character : "-"
            if "-.".contains(next), name.last.map({ "-.".contains($0) }) ?? true { continue }
            name.append(next)
        }
        while let last = name.last, "-.".contains(last) { name.removeLast() }
        do { return try AccountName(name) } catch {
            throw HubError(
                .forbidden,
                "\(settings.name) names you '\(text.prefix(100))', of which no user name can be made; ask the hub's "
                    + "administrator for an account",
                cause: error
            )
        }
    }

    private static func form(_ items: [(String, String)]) -> String {
        items.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    }
}

/// What a browser carries while somebody is at the provider: signed, so that it is ours.
private struct Trip {
    let state: String
    let nonce: String
    let verifier: String
    let returnTo: String
    /// Seconds since the epoch.
    let end: Int64

    init(state: String, nonce: String, verifier: String, returnTo: String, end: Int64) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.returnTo = returnTo
        self.end = end
    }

    private var fields: [String] { [state, nonce, verifier, Base64URL.encode(Array(returnTo.utf8)), "\(end)"] }

    func cookie(_ signer: URLSigner) -> String {
        (fields + [signer.sign(["sign-on"] + fields)]).joined(separator: ".")
    }

    init?(_ cookie: String, _ signer: URLSigner) {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let signature = parts.last,
            signer.isValid(signature, for: ["sign-on"] + parts.dropLast()),
            let place = Base64URL.decode(parts[3]), let end = Int64(parts[4])
        else { return nil }
        self.init(
            state: parts[0],
            nonce: parts[1],
            verifier: parts[2],
            returnTo: String(decoding: place, as: UTF8.self),
            end: end
        )
    }
}
