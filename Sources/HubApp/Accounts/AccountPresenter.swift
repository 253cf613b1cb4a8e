// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// An account in the hub's JSON.
enum AccountPresenter {
    /// As it stands in lists of people.
    static func brief(_ account: AccountRecord) -> JSONValue {
        [
            "_id": .string(account.publicID), "user": .string(account.name), "fullname": .string(account.fullName),
            "type": .string(account.kind.rawValue), "isPro": false, "avatarUrl": "",
        ]
    }

    /// The same with what it is to the one who asks; nothing of that to nobody.
    static func person(_ row: PersonRow, role: Role? = nil, for viewer: Viewer) -> JSONValue {
        var json = brief(row.account).objectValue ?? [:]
        if !viewer.isAnonymous { json["isFollowing"] = .bool(row.isFollowed) }
        json["role"] = role.map { .string($0.rawValue) }
        return .object(json)
    }

    /// An organisation as it stands in lists.
    static func organisation(_ account: AccountRecord) -> JSONObject {
        [
            "id": .string(account.publicID), "type": "org", "name": .string(account.name),
            "fullname": .string(account.fullName), "isEnterprise": false, "avatarUrl": "",
        ]
    }

    /// One of somebody's organisations, with the role there.
    static func membership(_ membership: MembershipRecord) -> JSONValue {
        var json = organisation(membership.organisation)
        json["roleInOrg"] = .string(membership.role.rawValue)
        return .object(json)
    }
}
