// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    public func oauthApp(clientID: String) throws -> OAuthAppRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_app WHERE client_id = ?", arguments: [clientID])
            .map(OAuthAppRecord.init)
    }

    public func oauthApp(id: Int64) throws -> OAuthAppRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_app WHERE id = ?", arguments: [id]).map(OAuthAppRecord.init)
    }

    /// All of them, the oldest first.
    public func oauthApps() throws -> [OAuthAppRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM oauth_app ORDER BY id").map(OAuthAppRecord.init)
    }

    public func oauthGrant(codeHash: [UInt8]) throws -> OAuthGrantRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_grant WHERE code_hash = ?", arguments: [Data(codeHash)])
            .map(OAuthGrantRecord.init)
    }

    public func oauthGrant(userCode: String) throws -> OAuthGrantRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_grant WHERE user_code = ?", arguments: [userCode])
            .map(OAuthGrantRecord.init)
    }

    public func oauthGrant(id: Int64) throws -> OAuthGrantRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_grant WHERE id = ?", arguments: [id])
            .map(OAuthGrantRecord.init)
    }

    /// Grants whose codes wait to be exchanged.
    public func openOAuthGrantCount() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM oauth_grant WHERE status <> 'exchanged'") ?? 0
    }

    public func oauthToken(refreshHash: [UInt8]) throws -> OAuthTokenRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM oauth_token WHERE refresh_hash = ?", arguments: [Data(refreshHash)])
            .map(OAuthTokenRecord.init)
    }

    /// The scopes that the access token was granted with; `nil` for one that no program was given.
    public func oauthScopes(ofToken id: Int64) throws -> [String]? {
        try String.fetchOne(
            db,
            sql: """
                SELECT oauth_grant.scopes FROM oauth_token JOIN oauth_grant ON oauth_grant.id = oauth_token.grant_id
                WHERE oauth_token.token_id = ? LIMIT 1
                """,
            arguments: [id]
        )?.split(separator: " ").map(String.init)
    }

    public func oauthGrantID(ofToken id: Int64) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT grant_id FROM oauth_token WHERE token_id = ? LIMIT 1", arguments: [id])
    }

    /// The token with that number, valid or not.
    public func token(id: Int64) throws -> TokenRecord? {
        try Row.fetchOne(db, sql: "SELECT \(TokenRecord.columns) FROM token WHERE id = ?", arguments: [id])
            .map(TokenRecord.init)
    }
}

extension WriteTransaction {
    /// - Throws: ``HubError/Code/conflict`` if the client id is taken.
    public func insertOAuthApp(
        clientID: String,
        name: String,
        secretHash: [UInt8]?,
        redirectURIs: [String],
        at now: Timestamp
    ) throws -> OAuthAppRecord {
        guard try read.oauthApp(clientID: clientID) == nil else {
            throw HubError(.conflict, "There is a program with this client id already")
        }
        let uris = String(decoding: try JSONEncoder().encode(redirectURIs), as: UTF8.self)
        try db.execute(
            sql: """
                INSERT INTO oauth_app (client_id, name, secret_hash, redirect_uris, created_at) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [clientID, name, secretHash.map { Data($0) }, uris, now.milliseconds]
        )
        guard let app = try read.oauthApp(clientID: clientID) else {
            throw HubError(.internal, "The program just made is not there")
        }
        return app
    }

    /// Removes a program and its grants; revokes the tokens it was given.
    public func deleteOAuthApp(id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: """
                UPDATE token SET revoked_at = ? WHERE revoked_at IS NULL AND id IN (
                    SELECT oauth_token.token_id FROM oauth_token
                    JOIN oauth_grant ON oauth_grant.id = oauth_token.grant_id WHERE oauth_grant.app_id = ?
                )
                """,
            arguments: [now.milliseconds, id]
        )
        try db.execute(sql: "DELETE FROM oauth_app WHERE id = ?", arguments: [id])
    }

    public func insertOAuthGrant(_ grant: NewOAuthGrant, expiresAt: Timestamp, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO oauth_grant (
                    app_id, code_hash, user_code, status, scopes, account_id, redirect_uri, code_challenge, nonce,
                    created_at, expires_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                grant.appID, Data(grant.codeHash), grant.userCode, grant.status.rawValue,
                grant.scopes.joined(separator: " "), grant.accountID, grant.redirectURI, grant.codeChallenge,
                grant.nonce, now.milliseconds, expiresAt.milliseconds,
            ]
        )
    }

    /// What somebody has said to a pending grant.
    public func decideOAuthGrant(id: Int64, isApproved: Bool, account: Int64) throws {
        try db.execute(
            sql: "UPDATE oauth_grant SET status = ?, account_id = ?, user_code = NULL WHERE id = ?",
            arguments: [isApproved ? "approved" : "denied", account, id]
        )
    }

    public func notePoll(ofOAuthGrant id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: "UPDATE oauth_grant SET polled_at = ? WHERE id = ?",
            arguments: [now.milliseconds, id]
        )
    }

    /// The code was exchanged for tokens. It is kept, so that a second try is known for one.
    public func exchangeOAuthGrant(id: Int64) throws {
        try db.execute(sql: "UPDATE oauth_grant SET status = 'exchanged' WHERE id = ?", arguments: [id])
    }

    public func insertOAuthToken(
        refreshHash: [UInt8],
        grant: Int64,
        token: Int64,
        expiresAt: Timestamp
    ) throws {
        try db.execute(
            sql: "INSERT INTO oauth_token (refresh_hash, grant_id, token_id, expires_at) VALUES (?, ?, ?, ?)",
            arguments: [Data(refreshHash), grant, token, expiresAt.milliseconds]
        )
    }

    public func noteUse(ofRefreshToken hash: [UInt8], at now: Timestamp) throws {
        try db.execute(
            sql: "UPDATE oauth_token SET used_at = ? WHERE refresh_hash = ?",
            arguments: [now.milliseconds, Data(hash)]
        )
    }

    /// Ends everything that came of a grant.
    public func revokeOAuthGrant(id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: """
                UPDATE token SET revoked_at = ? WHERE revoked_at IS NULL
                AND id IN (SELECT token_id FROM oauth_token WHERE grant_id = ?)
                """,
            arguments: [now.milliseconds, id]
        )
        try db.execute(sql: "DELETE FROM oauth_grant WHERE id = ?", arguments: [id])
    }

    /// Takes a grant's access tokens off their owner's list that have ended by themselves.
    public func retireTokens(ofOAuthGrant id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: """
                UPDATE token SET revoked_at = ?1 WHERE revoked_at IS NULL AND expires_at < ?1
                AND id IN (SELECT token_id FROM oauth_token WHERE grant_id = ?2)
                """,
            arguments: [now.milliseconds, id]
        )
    }

    /// Removes codes that nobody has exchanged, sessions that have ended, and grants whose last refresh token has.
    public func removeEndedSignOns(at now: Timestamp) throws {
        for sql in [
            "DELETE FROM oauth_grant WHERE status <> 'exchanged' AND expires_at < ?",
            "DELETE FROM session WHERE expires_at < ?",
            """
            DELETE FROM oauth_grant WHERE status = 'exchanged' AND expires_at < ?1
            AND NOT EXISTS (SELECT 1 FROM oauth_token WHERE grant_id = oauth_grant.id AND expires_at >= ?1)
            """,
        ] { try db.execute(sql: sql, arguments: [now.milliseconds]) }
    }
}
