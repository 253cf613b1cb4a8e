// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APISchemas {
    static let people: [(name: String, schema: Schema)] = [
        (
            "WhoAmI",
            .object([
                "type": .words("user"), "id": .text, "name": .text, "fullname?": .text.orNull, "email?": .text.orNull,
                "isAdmin": .flag, "orgs": .list(.ref("Organisation")),
                "auth?": .object(["type": .text, "accessToken?": .any]),
            ])
        ),
        (
            "Person",
            .object([
                "user?": .text, "name?": .text, "fullname?": .text.orNull, "type": .words("user", "org"),
                "role?": .text.about("Among members"), "isFollowing?": .flag, "numModels?": .count,
                "numDatasets?": .count, "numFollowers?": .count, "createdAt?": .time,
            ])
        ),
        (
            "Organisation",
            .object([
                "id?": .text, "name": .text, "fullname?": .text.orNull, "type?": .words("org"),
                "roleInOrg?": .words("read", "contributor", "write", "admin"), "numUsers?": .count,
                "numModels?": .count,
                "createdAt?": .time,
            ])
        ),
        (
            "Token",
            .object([
                "id": .text, "displayName": .text, "role": .words("read", "write", "fineGrained"), "createdAt": .time,
                "lastUsedAt?": .time, "expiresAt?": .time, "isExpired": .flag, "isCurrent": .flag,
                "fineGrained?": .ref("FineGrained"),
            ])
        ),
        (
            "NewToken",
            .object([
                "id": .text, "displayName": .text, "role": .words("read", "write", "fineGrained"), "createdAt": .time,
                "token": .text.about("The secret"),
            ])
        ),
        (
            "FineGrained",
            .object([
                "canReadGatedRepos?": .flag,
                "scoped?": .list(
                    .object([
                        "entity": .object([
                            "type": .words("user", "org", "model", "dataset", "space"), "name": .text.like("acme/vit"),
                        ]),
                        "permissions": .list(
                            .words("repo.content.read", "repo.write", "org.write", "discussion.write")
                        ),
                    ])
                ),
            ])
        ),
        (
            "AccessRequest",
            .object([
                "requestId": .text, "status": .words("pending", "accepted", "rejected"), "timestamp": .time,
                "user": .object(["user?": .text, "fullname?": .text.orNull, "email?": .text.orNull]), "fields?": .any,
                "rejectionReason?": .text,
            ])
        ),
        (
            "DeviceCode",
            .object([
                "device_code": .text, "user_code": .text, "verification_uri": .address,
                "verification_uri_complete": .address, "expires_in": .count, "interval": .count,
            ])
        ),
        (
            "OAuthTokens",
            .object([
                "access_token": .text, "token_type": .text, "expires_in?": .count, "refresh_token?": .text,
                "scope?": .text, "id_token?": .text,
            ])
        ),
        (
            "UserInfo",
            .object([
                "sub": .text, "name?": .text.orNull, "preferred_username?": .text, "email?": .text,
                "profile?": .address,
                "orgs?": .list(.any),
            ])
        ),
    ]
}
