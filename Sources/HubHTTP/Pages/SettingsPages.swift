// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What who is signed in looks after: profile, password, tokens, browsers.
struct SettingsPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/settings", on: router) { try await profile($0) }
        site.get("/settings/tokens", on: router) { try await tokens($0) }
        site.get("/settings/sessions", on: router) { try await sessions($0) }
    }

    static func head(_ title: String) -> PageHead {
        var head = PageHead(title: title)
        head.section = "settings"
        head.isPrivate = true
        return head
    }

    private func profile(_ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        var profile = try await hub.profiles.profile(visit.viewer).objectValue ?? [:]
        profile["minimum"] = .int(Int64(PasswordRules.minimum))
        return try site.page(
            "settings-profile",
            ["profile": .object(profile), "settings_profile": true],
            Self.head("Profile"),
            visit
        )
    }

    private func tokens(_ visit: PageVisit) async throws -> Response {
        let session = try visit.requireSession()
        let now = hub.clock.now
        let tokens = try await hub.tokens.list(visit.viewer).arrayValue ?? []
        let data: JSONObject = [
            "tokens": .array(tokens.map { Self.token($0, now: now) }), "me": .string(session.name),
            "settings_tokens": true,
        ]
        var head = Self.head("Access tokens")
        head.scripts = ["/assets/site/tokens.js"]
        return try site.page("settings-tokens", data, head, visit)
    }

    private static func token(_ token: JSONValue, now: Timestamp) -> JSONValue {
        let role = token["role"]?.stringValue ?? ""
        let grants = token["fineGrained"]
        let scopes = (grants?["scoped"]?.arrayValue ?? []).map { scope -> JSONValue in
            let names = (scope["permissions"]?.arrayValue ?? []).compactMap(\.stringValue).map(permission)
            return [
                "type": scope["entity"]?["type"] ?? "", "entity": scope["entity"]?["name"] ?? "",
                "permissions": .string(names.joined(separator: ", ")),
            ]
        }
        return [
            "name": token["displayName"] ?? "", "role": .string(role == "fineGrained" ? "fine-grained" : role),
            "created": Display.time(token["createdAt"]?.stringValue, now: now),
            "used": Display.time(token["lastUsedAt"]?.stringValue, now: now),
            "ends": Display.time(token["expiresAt"]?.stringValue, now: now),
            "isExpired": token["isExpired"] ?? false, "hasScopes": .bool(grants != nil), "scopes": .array(scopes),
            "readsGated": grants?["canReadGatedRepos"] ?? false,
            "apiURL": .string("/api/settings/tokens/\(token["id"]?.stringValue ?? "")"),
        ]
    }

    private static func permission(_ name: String) -> String {
        switch name {
        case "repo.content.read": "read"
        case "repo.write": "write"
        case "discussion.write": "discuss"
        case "org.write": "manage members"
        default: name
        }
    }

    private func sessions(_ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let now = hub.clock.now
        let sessions = try await hub.sessions.list(visit.viewer).arrayValue ?? []
        let data: JSONObject = [
            "sessions": .array(
                sessions.map { session in
                    let means = session["means"]?.stringValue ?? ""
                    return [
                        "browser": .string(BrowserName.short(session["agent"]?.stringValue)),
                        "address": session["address"] ?? "",
                        "means": .string(means == "token" ? "access token" : means),
                        "created": Display.time(session["createdAt"]?.stringValue, now: now),
                        "used": Display.time(session["lastUsedAt"]?.stringValue, now: now),
                        "ends": Display.time(session["expiresAt"]?.stringValue, now: now),
                        "isCurrent": session["isCurrent"] ?? false,
                        "apiURL": .string("/api/settings/sessions/\(session["id"]?.stringValue ?? "")"),
                    ]
                }
            ),
            "hasOthers": .bool(sessions.count > 1), "settings_sessions": true,
        ]
        return try site.page("settings-sessions", data, Self.head("Sessions"), visit)
    }
}
