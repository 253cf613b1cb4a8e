// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// The organisations of who is signed in, and their members.
struct OrganisationSettingsPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/settings/organizations", on: router) { try await all($0) }
        site.get("/settings/organizations/{organization}", on: router) { try await one($0) }
    }

    private func all(_ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let mine = try hub.organisations.mine(visit.viewer).arrayValue ?? []
        let data: JSONObject = [
            "organisations": .array(
                mine.map { organisation in
                    let name = organisation["name"]?.stringValue ?? ""
                    return [
                        "name": .string(name), "fullName": Self.fullName(organisation, name),
                        "role": organisation["roleInOrg"] ?? "",
                        "settingsURL": .string("/settings/organizations/" + SiteURL.path(name)),
                    ]
                }
            ),
            "settings_organizations": true,
        ]
        return try site.page("settings-organisations", data, SettingsPages.head("Organizations"), visit)
    }

    private func one(_ visit: PageVisit) async throws -> Response {
        let session = try visit.requireSession()
        let name = try visit.context.accountName("organization")
        let mine = try hub.organisations.mine(visit.viewer).arrayValue ?? []
        guard let own = mine.first(where: { $0["name"]?.stringValue?.lowercased() == name.key }) else {
            throw HubError(.notFound, "You are in no organization called “\(name)”")
        }
        let shown = own["name"]?.stringValue ?? name.text
        let mayAdminister = own["roleInOrg"]?.stringValue == Role.admin.rawValue
        let page = try await hub.organisations.members(
            of: name,
            email: nil,
            cursor: try visit.query()["cursor"],
            limit: 100,
            viewer: visit.viewer
        )
        let membersURL = "/api/organizations/\(SiteURL.path(shown))/members"
        let members = (page.items.arrayValue ?? []).map { member -> JSONValue in
            let user = member["user"]?.stringValue ?? ""
            let url = membersURL + "/" + SiteURL.path(user)
            let role = member["role"]?.stringValue ?? ""
            return [
                "name": .string(user), "fullName": Self.fullName(member, user), "role": .string(role),
                "initial": .string(String(user.prefix(1)).uppercased()), "url": .string(SiteURL.account(user)),
                "apiURL": .string(url), "roleURL": .string(url + "/role"), "mayChange": .bool(mayAdminister),
                "roles": .array(
                    Role.allCases.map { ["value": .string($0.rawValue), "isCurrent": .bool($0.rawValue == role)] }
                ),
            ]
        }
        let data: JSONObject = [
            "organisation": [
                "name": .string(shown), "url": .string(SiteURL.account(shown)), "isMember": true,
                "mayAdminister": .bool(mayAdminister), "members": .array(members), "membersURL": .string(membersURL),
                "leaveURL": .string(membersURL + "/" + SiteURL.path(session.name)),
                "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""),
            ],
            "settings_organizations": true,
        ]
        return try site.page("settings-organisation", data, SettingsPages.head(shown), visit)
    }

    private static func fullName(_ json: JSONValue, _ name: String) -> JSONValue {
        let text = json["fullname"]?.stringValue ?? ""
        return .string(text == name ? "" : text)
    }
}
