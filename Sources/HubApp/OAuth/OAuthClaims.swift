// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What a program may know of who let it in: OpenID Connect's claims and the Hub's own.
extension OAuthService {
    /// Answers `GET /oauth/userinfo`.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` without the scope `openid`.
    public func userInfo(_ viewer: Viewer, base: String) async throws -> JSONValue {
        guard let account = viewer.account, let token = viewer.token else {
            throw HubError(.unauthenticated, "Send an access token")
        }
        // An ordinary token is its owner's own.
        let scopes = try await hub.store.read { try $0.oauthScopes(ofToken: token.id) }
        let granted = scopes.map { $0.compactMap(OAuthScope.init(rawValue:)) } ?? OAuthScope.allCases
        guard granted.contains(.openID) else { throw HubError(.forbidden, "The token lacks the scope openid") }
        return .object(Self.claims(account, viewer.memberships, granted, base: base))
    }

    static func claims(
        _ account: AccountRecord,
        _ memberships: [MembershipRecord],
        _ scopes: [OAuthScope],
        base: String
    ) -> JSONObject {
        var claims: JSONObject = ["sub": .string(account.publicID)]
        if scopes.contains(.profile) {
            claims["name"] = .string(account.fullName)
            claims["preferred_username"] = .string(account.name)
            claims["profile"] = .string("\(base)/\(account.name)")
            claims["picture"] = ""
            claims["website"] = ""
            claims["isPro"] = false
            claims["orgs"] = .array(
                memberships.map { membership in
                    [
                        "sub": .string(membership.organisation.publicID),
                        "name": .string(membership.organisation.fullName),
                        "preferred_username": .string(membership.organisation.name), "picture": "",
                        "isEnterprise": false, "roleInOrg": .string(membership.role.rawValue),
                    ]
                }
            )
        }
        if scopes.contains(.email), let email = account.email {
            claims["email"] = .string(email)
            claims["email_verified"] = .bool(account.isEmailVerified)
        }
        return claims
    }
}
