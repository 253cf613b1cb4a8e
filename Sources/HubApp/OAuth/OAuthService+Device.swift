// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Device codes (RFC 8628): a program without a browser shows a code, somebody types it in elsewhere.
extension OAuthService {
    public struct DeviceCode: Sendable {
        public let code: String
        /// `ABCD-EFGH`.
        public let userCode: String
        public var expiresIn: Int64 { OAuthService.deviceCodeSeconds }
        public var interval: Int64 { OAuthService.pollSeconds }
    }

    /// Begins: nothing is granted yet.
    /// - Parameter scope: space-separated; `nil` for what the program usually gets.
    /// - Throws: ``OAuthError``.
    public func requestDevice(_ client: OAuthClient, scope: String?) async throws -> DeviceCode {
        let scopes = scope.map(OAuthScope.known) ?? OAuthScope.unasked(isDevice: true)
        guard !scopes.isEmpty else { throw OAuthError(.invalidScope, "None of the scopes is known to this hub") }
        let now = hub.clock.now
        let code = AccessTokenSecret.generate(prefix: "dc_").text
        let typed = Self.newUserCode()
        try await hub.store.write { tx in
            let app = try self.app(client, tx.read)
            try checkRoom(tx.read)
            var grant = NewOAuthGrant(appID: app.id, codeHash: AccessTokenSecret.hash(code))
            grant.userCode = typed
            grant.scopes = scopes.map(\.rawValue)
            try tx.insertOAuthGrant(grant, expiresAt: now.adding(seconds: Self.deviceCodeSeconds), at: now)
        }
        return DeviceCode(code: code, userCode: "\(typed.prefix(4))-\(typed.suffix(4))")
    }

    /// What a typed code asks for.
    /// - Throws: ``HubError/Code/notFound`` if no device waits for it.
    public func question(userCode: String) async throws -> OAuthQuestion {
        let now = hub.clock.now
        return try await hub.store.read { tx in
            let grant = try Self.waiting(userCode, tx, at: now)
            guard let app = try tx.oauthApp(id: grant.appID) else { throw Self.unknownCode }
            return OAuthQuestion(app, OAuthScope.known(grant.scopes.joined(separator: " ")))
        }
    }

    /// Lets the device in, or not.
    /// - Throws: ``HubError/Code/notFound`` if no device waits for the code.
    public func decide(userCode: String, isApproved: Bool, by viewer: Viewer) async throws {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Sign in first") }
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let grant = try Self.waiting(userCode, tx.read, at: now)
            guard let app = try tx.read.oauthApp(id: grant.appID) else { throw Self.unknownCode }
            try tx.decideOAuthGrant(id: grant.id, isApproved: isApproved, account: account.id)
            try Self.audit(tx, isApproved, app, grant.scopes, viewer, at: now)
        }
    }

    /// The state of a device's grant.
    /// - Throws: ``OAuthError`` unless it was approved.
    func approvedDevice(_ code: String, _ app: OAuthAppRecord, _ tx: WriteTransaction) throws -> OAuthGrantRecord {
        let now = hub.clock.now
        guard let grant = try tx.read.oauthGrant(codeHash: AccessTokenSecret.hash(code)), grant.appID == app.id,
            grant.redirectURI == nil
        else { throw OAuthError(.invalidGrant, "The device_code is not known") }
        switch grant.status {
        case .denied: throw OAuthError(.accessDenied, "The request was denied")
        case .exchanged: throw OAuthError(.invalidGrant, "The device_code was used already")
        case .pending, .approved: break
        }
        guard now < grant.expiresAt else { throw OAuthError(.expiredToken, "The device_code has expired") }
        guard grant.status == .pending else { return grant }
        // A second of grace: clients sleep for the interval, and clocks differ.
        let isTooSoon = grant.polledAt.map { now < $0.adding(seconds: Self.pollSeconds - 1) } ?? false
        throw PollRefused(grant: grant.id, isTooSoon: isTooSoon)
    }

    /// Not yet; the transaction that says so still has to note the question.
    struct PollRefused: Error {
        let grant: Int64
        let isTooSoon: Bool

        var error: OAuthError {
            isTooSoon
                ? OAuthError(.slowDown, "Ask every \(OAuthService.pollSeconds) seconds")
                : OAuthError(.authorizationPending, "Nobody has let the device in yet")
        }
    }

    private static let unknownCode = HubError(
        .notFound,
        "No device waits for this code: it may have expired; start again on the device"
    )

    private static func waiting(_ userCode: String, _ tx: ReadTransaction, at now: Timestamp) throws -> OAuthGrantRecord
    {
        let typed = userCode.uppercased().filter { $0.isASCII && $0.isLetter }
        guard let grant = try tx.oauthGrant(userCode: typed), grant.status == .pending, now < grant.expiresAt else {
            throw unknownCode
        }
        return grant
    }

    /// Eight consonants: no words, nothing that looks like something else.
    private static func newUserCode() -> String {
        let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
        var generator = SystemRandomNumberGenerator()
        return String((0..<8).compactMap { _ in letters.randomElement(using: &generator) })
    }

    static func audit(
        _ tx: WriteTransaction,
        _ isApproved: Bool,
        _ app: OAuthAppRecord,
        _ scopes: [String],
        _ viewer: Viewer,
        at now: Timestamp
    ) throws {
        let data: JSONObject = ["client": .string(app.clientID), "scopes": .array(scopes.map(JSONValue.string))]
        try tx.audit(isApproved ? .oauthGrant : .oauthDeny, app.name, by: viewer, data, at: now)
    }
}
