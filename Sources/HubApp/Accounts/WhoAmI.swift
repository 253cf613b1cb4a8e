// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension AccountService {
    /// The answer of `GET /api/whoami-v2`.
    /// - Throws: ``HubError/Code/unauthenticated`` without a token.
    public func whoAmI(_ viewer: Viewer) throws -> JSONValue {
        guard let account = viewer.account, let token = viewer.token else {
            throw HubError(.unauthenticated, "Invalid username or password.")
        }
        let organisations = viewer.memberships.map(AccountPresenter.membership)
        var accessToken: JSONObject = [
            "displayName": .string(token.name), "role": .string(token.role.rawValue),
            "createdAt": .string(token.createdAt.iso8601),
        ]
        if token.role == .fineGrained {
            accessToken["fineGrained"] = [
                "canReadGatedRepos": false, "global": [],
                "scoped": .array(
                    token.scopes.map { scope in
                        [
                            "entity": ["type": .string(scope.entityType), "name": .string(scope.entityName)],
                            "permissions": .array(scope.permissions.map { .string($0.rawValue) }),
                        ]
                    }
                ),
            ]
        }
        return [
            "type": "user", "id": .string(account.publicID), "name": .string(account.name),
            "fullname": .string(account.fullName), "email": account.email.map(JSONValue.string) ?? .null,
            "emailVerified": .bool(account.email != nil), "isPro": false, "avatarUrl": "",
            "orgs": .array(organisations), "isAdmin": .bool(account.isAdmin),
            "auth": ["type": "access_token", "accessToken": .object(accessToken)],
        ]
    }
}
