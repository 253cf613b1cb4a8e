// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Access tokens in the hub's JSON; never the secret, which nobody has.
enum TokenPresenter {
    /// In a list of one's own.
    static func json(_ token: TokenRecord, viewer: Viewer, at now: Timestamp) -> JSONValue {
        var json: JSONObject = ["id": .string(String(token.id))]
        for (key, value) in accessToken(token) { json[key] = value }
        json["expiresAt"] = token.expiresAt.map { .string($0.iso8601) }
        json["lastUsedAt"] = token.lastUsedAt.map { .string($0.iso8601) }
        json["isExpired"] = .bool(!token.isValid(at: now))
        json["isCurrent"] = .bool(token.id == viewer.token?.id)
        return .object(json)
    }

    /// What `whoami-v2` says of the token it was asked with.
    static func accessToken(_ token: TokenRecord) -> JSONObject {
        var json: JSONObject = [
            "displayName": .string(token.name), "role": .string(token.role.rawValue),
            "createdAt": .string(token.createdAt.iso8601),
        ]
        guard token.role == .fineGrained else { return json }
        let scoped = token.scopes.map { scope -> JSONValue in
            [
                "entity": ["type": .string(scope.entityType), "name": .string(scope.entityName)],
                "permissions": .array(scope.permissions.map { .string($0.rawValue) }),
            ]
        }
        json["fineGrained"] = [
            "canReadGatedRepos": .bool(token.canReadGated), "global": [], "scoped": .array(scoped),
        ]
        return json
    }
}
