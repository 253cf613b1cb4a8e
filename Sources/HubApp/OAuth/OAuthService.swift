// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// The hub as an OAuth 2 and OpenID Connect provider: programs act for people who let them.
///
/// Access tokens are ordinary ones, with an end; they stand in their owner's list and can be revoked there.
public struct OAuthService: Sendable {
    let hub: Hub

    /// Seconds a device code waits for somebody.
    static let deviceCodeSeconds: Int64 = 900
    /// Seconds between two questions of a device.
    static let pollSeconds: Int64 = 5
    /// Seconds an authorisation code waits to be exchanged.
    static let codeSeconds: Int64 = 60
    /// Of an access token. `hf` renews one that has less than a day left, so a day is too short.
    static let accessTokenSeconds: Int64 = 30 * 86_400
    /// Of a refresh token; each use gives a new one.
    static let refreshTokenSeconds: Int64 = 90 * 86_400
    /// Seconds in which a used refresh token opens once more: two programs of one user may renew at once.
    static let reuseSeconds: Int64 = 60
    /// Codes that wait at one time, on the whole hub.
    static let maximumOpenGrants: Int64 = 10_000

    /// The provider's description, for `/.well-known/openid-configuration`.
    public static func metadata(base: String) -> JSONValue {
        [
            "issuer": .string(base),
            "authorization_endpoint": .string(base + "/oauth/authorize"),
            "device_authorization_endpoint": .string(base + "/oauth/device"),
            "token_endpoint": .string(base + "/oauth/token"),
            "userinfo_endpoint": .string(base + "/oauth/userinfo"),
            "revocation_endpoint": .string(base + "/oauth/revoke"),
            "jwks_uri": .string(base + "/oauth/jwks"),
            "scopes_supported": .array(OAuthScope.allCases.map { .string($0.rawValue) }),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", .string(deviceGrant)],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "nonce", "name", "preferred_username", "profile", "picture",
                "email", "email_verified",
            ],
            "authorization_response_iss_parameter_supported": true,
        ]
    }

    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// The program that asks, if it is the one it says.
    func app(_ client: OAuthClient, _ tx: ReadTransaction) throws -> OAuthAppRecord {
        guard let app = try tx.oauthApp(clientID: client.id) else {
            throw OAuthError(.invalidClient, "There is no program with this client_id on this hub")
        }
        if let hash = app.secretHash {
            guard let secret = client.secret, AccessTokenSecret.hash(secret) == hash else {
                throw OAuthError(.invalidClient, "The client_secret is missing or wrong")
            }
        }
        return app
    }

    func checkRoom(_ tx: ReadTransaction) throws {
        guard try tx.openOAuthGrantCount() < Self.maximumOpenGrants else {
            throw OAuthError(.temporarilyUnavailable, "Too many sign-ins wait to be finished; try again later")
        }
    }
}

/// What a program shows of itself.
public struct OAuthClient: Sendable {
    public let id: String
    public let secret: String?

    public init(id: String, secret: String?) {
        self.id = id
        self.secret = secret
    }
}

/// A question to somebody: may this program?
public struct OAuthQuestion: Sendable {
    public let appName: String
    public let scopes: [OAuthScope]

    init(_ app: OAuthAppRecord, _ scopes: [OAuthScope]) {
        appName = app.name
        self.scopes = scopes
    }
}
