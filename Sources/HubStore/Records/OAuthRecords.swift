// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// A program that people may let act for them.
public struct OAuthAppRecord: Sendable, Hashable {
    public let id: Int64
    public let clientID: String
    public let name: String
    /// SHA-256; `nil` for a public client.
    public let secretHash: [UInt8]?
    /// Addresses that a browser may be sent back to.
    public let redirectURIs: [String]
    public let createdAt: Timestamp

    init(_ row: Row) throws {
        id = try row.value("id")
        clientID = try row.value("client_id")
        name = try row.value("name")
        let hash: Data? = try row.optional("secret_hash")
        secretHash = hash.map { Array($0) }
        let uris: String = try row.value("redirect_uris")
        redirectURIs = try JSONDecoder().decode([String].self, from: Data(uris.utf8))
        createdAt = try row.time("created_at")
    }
}

/// What a program has asked for, and what became of it.
public struct OAuthGrantRecord: Sendable, Hashable {
    public enum Status: String, Sendable { case pending, approved, denied, exchanged }

    public let id: Int64
    public let appID: Int64
    /// What somebody types in, of a device code.
    public let userCode: String?
    public let status: Status
    public let scopes: [String]
    /// Who has granted it.
    public let accountID: Int64?
    public let redirectURI: String?
    /// PKCE, by SHA-256.
    public let codeChallenge: String?
    public let nonce: String?
    public let polledAt: Timestamp?
    public let createdAt: Timestamp
    /// When the code ends.
    public let expiresAt: Timestamp

    init(_ row: Row) throws {
        id = try row.value("id")
        appID = try row.value("app_id")
        userCode = try row.optional("user_code")
        status = try row.choice("status")
        let scopes: String = try row.value("scopes")
        self.scopes = scopes.split(separator: " ").map(String.init)
        accountID = try row.optional("account_id")
        redirectURI = try row.optional("redirect_uri")
        codeChallenge = try row.optional("code_challenge")
        nonce = try row.optional("nonce")
        polledAt = try row.optionalTime("polled_at")
        createdAt = try row.time("created_at")
        expiresAt = try row.time("expires_at")
    }
}

/// A grant to be stored.
public struct NewOAuthGrant: Sendable {
    public var appID: Int64
    public var codeHash: [UInt8]
    public var userCode: String?
    public var status = OAuthGrantRecord.Status.pending
    public var scopes: [String] = []
    public var accountID: Int64?
    public var redirectURI: String?
    public var codeChallenge: String?
    public var nonce: String?

    public init(appID: Int64, codeHash: [UInt8]) {
        self.appID = appID
        self.codeHash = codeHash
    }
}

/// A refresh token and the access token beside it.
public struct OAuthTokenRecord: Sendable, Hashable {
    public let grantID: Int64
    public let tokenID: Int64
    public let expiresAt: Timestamp
    public let usedAt: Timestamp?

    init(_ row: Row) throws {
        grantID = try row.value("grant_id")
        tokenID = try row.value("token_id")
        expiresAt = try row.time("expires_at")
        usedAt = try row.optionalTime("used_at")
    }
}
