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
        return [
            "type": "user", "id": .string(account.publicID), "name": .string(account.name),
            "fullname": .string(account.fullName), "email": account.email.map(JSONValue.string) ?? .null,
            "emailVerified": .bool(account.email != nil && account.isEmailVerified), "isPro": false, "avatarUrl": "",
            "orgs": .array(organisations), "isAdmin": .bool(account.isAdmin),
            "auth": ["type": "access_token", "accessToken": .object(TokenPresenter.accessToken(token))],
        ]
    }
}
