// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Users, invitations and quotas, for the hub's administrators.
struct AdminUserPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/admin/users", on: router) { try await users($0) }
        site.get("/admin/users/{user}", on: router) { try await user($0) }
        site.get("/admin/invitations", on: router) { try await invitations($0) }
        site.get("/admin/quotas", on: router) { try await quotas($0) }
    }

    private static let minimum = JSONValue.int(Int64(PasswordRules.minimum))

    private func users(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let query = try visit.query()
        let page = try await hub.administration.users(
            matching: query["q"],
            cursor: query["cursor"],
            limit: 50,
            by: visit.viewer
        )
        let now = hub.clock.now
        let data: JSONObject = [
            "users": .array((page.items.arrayValue ?? []).map { .object(Self.user($0, now: now)) }),
            "search": .string(query["q"] ?? ""), "minimum": Self.minimum,
            "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""), "admin_users": true,
        ]
        return try site.page("admin-users", data, AdminPages.head("Users"), visit)
    }

    private static func user(_ user: JSONValue, now: Timestamp) -> JSONObject {
        let name = user["name"]?.stringValue ?? ""
        let fullName = user["fullname"]?.stringValue ?? ""
        return [
            "name": .string(name), "fullName": .string(fullName),
            "otherName": .string(fullName == name ? "" : fullName),
            "email": user["email"] ?? .null, "isAdmin": user["isAdmin"] ?? false,
            "isDisabled": user["isDisabled"] ?? false, "hasPassword": user["hasPassword"] ?? false,
            "seen": Display.time(user["lastSeenAt"]?.stringValue, now: now),
            "created": Display.time(user["createdAt"]?.stringValue, now: now),
            "used": .string(Display.bytes(user["usedStorage"]?.intValue ?? 0)),
            "limit": .string(user["storageLimit"]?.intValue.map(Display.bytes) ?? ""), "quota": user["quota"] ?? "",
            "url": .string(SiteURL.account(name)), "adminURL": .string("/admin/users/" + SiteURL.path(name)),
            "apiURL": .string("/api/admin/users/" + SiteURL.path(name)),
            "quotaURL": .string("/api/admin/quotas/" + SiteURL.path(name)),
        ]
    }

    private func user(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let found = try await hub.administration.user(try visit.context.accountName("user"), by: visit.viewer)
        var user = Self.user(found, now: hub.clock.now)
        user["minimum"] = Self.minimum
        let title = found["name"]?.stringValue ?? "User"
        return try site.page(
            "admin-user",
            ["user": .object(user), "admin_users": true],
            AdminPages.head(title),
            visit
        )
    }

    private func invitations(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let now = hub.clock.now
        let found = try await hub.invitations.list(visit.viewer).arrayValue ?? []
        let policy = hub.signUps.policy
        let data: JSONObject = [
            "invitations": .array(
                found.map { invitation in
                    [
                        "uses": invitation["uses"] ?? 0, "usesLeft": invitation["usesLeft"] ?? 0,
                        "creator": invitation["createdBy"] ?? .null,
                        "created": Display.time(invitation["createdAt"]?.stringValue, now: now),
                        "ends": .string(AdminPages.minute(invitation["expiresAt"]?.stringValue)),
                        "apiURL": .string("/api/admin/invitations/\(invitation["id"]?.intValue ?? 0)"),
                    ]
                }
            ),
            "policy": .string(policy.rawValue), "isInvitation": .bool(policy == .invitation),
            "admin_invitations": true,
        ]
        return try site.page("admin-invitations", data, AdminPages.head("Invitations"), visit)
    }

    private func quotas(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let page = try await hub.oversight.quotas(cursor: try visit.query()["cursor"], limit: 100, by: visit.viewer)
        let data: JSONObject = [
            "accounts": .array(
                (page.items.arrayValue ?? []).map { account in
                    let name = account["name"]?.stringValue ?? ""
                    return [
                        "name": .string(name), "url": .string(SiteURL.account(name)),
                        "kind": account["type"] == "org" ? "organization" : "user",
                        "used": .string(Display.bytes(account["used"]?.intValue ?? 0)),
                        "limit": .string(account["limit"]?.intValue.map(Display.bytes) ?? ""),
                        "quota": account["quota"] ?? "",
                        "apiURL": .string("/api/admin/quotas/" + SiteURL.path(name)),
                    ]
                }
            ),
            "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""), "admin_quotas": true,
        ]
        return try site.page("admin-quotas", data, AdminPages.head("Quotas"), visit)
    }
}
