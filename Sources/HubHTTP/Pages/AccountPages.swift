// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A user or an organisation: what they have published, and who they are with.
struct AccountPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }
    private static let shownRepos = 12
    private static let shownPeople = 60

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/{namespace}", on: router) { try await show($0) }
        site.get("/organizations", on: router) { try await organisations($0) }
    }

    private func show(_ visit: PageVisit) async throws -> Response {
        let name = try visit.context.accountName("namespace")
        let account = try await person(name, visit)
        let now = hub.clock.now
        let isUser = account["type"]?.stringValue != "org"
        let shown = account["user"]?.stringValue ?? account["name"]?.stringValue ?? name.text
        var data: JSONObject = [
            "account": [
                "name": .string(shown), "fullName": account["fullname"] ?? "", "isUser": .bool(isUser),
                "isOrganisation": .bool(!isUser), "isMe": .bool(visit.session?.name == shown),
                "initial": .string(String(shown.prefix(1)).uppercased()),
                "followers": .string(Display.count(account["numFollowers"]?.intValue ?? 0)),
                "isFollowing": account["isFollowing"] ?? false,
                "apiURL": .string("/api/\(isUser ? "users" : "organizations")/\(shown)"),
            ]
        ]
        for kind in RepoKind.allCases {
            var wanted = ListingRequest()
            wanted.author = name.text
            wanted.expand = RepoCards.fields(kind)
            wanted.sort = "lastModified"
            wanted.limit = Self.shownRepos
            let page = try await hub.listings.list(kind, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
            let items = page.items.arrayValue ?? []
            data[kind.plural] = .array(items.map { RepoCards.item($0, kind, now: now) })
            let count = account["num\(kind.plural.prefix(1).uppercased())\(kind.plural.dropFirst())"]?.intValue
            data["\(kind.rawValue)Count"] = .string(Display.grouped(count ?? Int64(items.count)))
            data["\(kind.plural)URL"] = .string(SiteURL.query("/\(kind.plural)", [("author", shown)]))
        }
        var collections = CollectionService.Query()
        collections.owners = [name.text]
        collections.limit = 6
        data["collections"] = .array(
            (try await hub.collections.list(collections, viewer: visit.viewer).items.arrayValue ?? []).map {
                CollectionPages.brief($0, now: now)
            }
        )
        if isUser {
            data["organisations"] = .array(
                (account["orgs"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }.map(Self.link)
            )
        } else {
            let members = try await hub.organisations.members(
                of: name,
                email: nil,
                cursor: nil,
                limit: Self.shownPeople,
                viewer: visit.viewer
            )
            data["members"] = .array(
                (members.items.arrayValue ?? []).compactMap { $0["user"]?.stringValue }.map(Self.link)
            )
        }
        data["isEmpty"] = .bool(RepoKind.allCases.allSatisfy { data[$0.plural] == [] })
        var head = PageHead(title: shown)
        head.description = "Models, datasets and spaces of \(shown)."
        return try site.page("account", data, head, visit)
    }

    private func person(_ name: AccountName, _ visit: PageVisit) async throws -> JSONValue {
        do { return try await hub.people.userOverview(name, viewer: visit.viewer) } catch let error as HubError
            where error.code == .notFound
        {
            do { return try await hub.people.organisationOverview(name, viewer: visit.viewer) } catch let error
                as HubError
                where error.code == .notFound
            {
                throw HubError(.notFound, "There is nobody called “\(name)” on this hub")
            }
        }
    }

    private static func link(_ name: String) -> JSONValue {
        [
            "name": .string(name), "url": .string(SiteURL.account(name)),
            "initial": .string(String(name.prefix(1)).uppercased()),
        ]
    }

    private func organisations(_ visit: PageVisit) async throws -> Response {
        let found = try await hub.people.organisations(limit: 500)
        let data: JSONObject = [
            "organisations": .array(
                found.map { organisation in
                    let name = organisation["name"]?.stringValue ?? ""
                    var item = Self.link(name).objectValue ?? [:]
                    item["fullName"] = organisation["fullname"]
                    return .object(item)
                }
            )
        ]
        var head = PageHead(title: "Organizations")
        head.section = "organizations"
        return try site.page("organisations", data, head, visit)
    }
}
