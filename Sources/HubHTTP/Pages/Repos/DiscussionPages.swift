// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A repo's discussions and pull requests.
struct DiscussionPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }
    private static let pageSize: Int64 = 30

    func register(on router: some RouterMethods<HubContext>) {
        site.get(ofEachRepo: "/discussions", on: router) { try await list($0, $1) }
        site.get(ofEachRepo: "/discussions/new", on: router) { try await new($0, $1) }
        site.get(ofEachRepo: "/discussions/{number}", on: router) { try await one($0, $1) }
    }

    private func list(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let items = try visit.query()
        var query = DiscussionService.Query()
        query.status = items["status"] ?? "open"
        query.type = items["type"] ?? "all"
        query.author = items["author"]
        query.page = Int64(try items.int("p", in: 0...1_000_000) ?? 0)
        query.limit = Self.pageSize
        let (json, total) = try await hub.discussions.list(kind, repo.id, query, viewer: visit.viewer)
        let now = hub.clock.now
        var data = repo.data(tab: "community", now: now)
        data["discussions"] = .array((json["discussions"]?.arrayValue ?? []).map { Self.brief($0, repo, now: now) })
        data["total"] = .string(Display.grouped(total))
        data["newURL"] = .string("\(repo.url)/discussions/new")
        let choices: [(item: String, choices: [(value: String, label: String)], current: String?)] = [
            ("status", [("open", "Open"), ("closed", "Closed"), ("all", "All")], query.status),
            (
                "type", [("all", "Everything"), ("discussion", "Discussions"), ("pull_request", "Pull requests")],
                query.type
            ),
        ]
        data["choices"] = .array(
            try choices.map { group in
                [
                    "links": .array(
                        try group.choices.map { choice in
                            [
                                "label": .string(choice.label), "isCurrent": .bool(choice.value == group.current),
                                "url": .string(try visit.link(group.item, choice.value)),
                            ]
                        }
                    )
                ]
            }
        )
        let hasMore = (query.page + 1) * Self.pageSize < total
        data["next"] = .string(hasMore ? try visit.link("p", String(query.page + 1)) : "")
        data["mayOpen"] = .bool(visit.session != nil && (repo.overview.mayWrite || !repo.overview.discussionsDisabled))
        return try site.page("discussions", data, repo.head("Community"), visit)
    }

    private static func brief(_ discussion: JSONValue, _ repo: RepoFrame, now: Timestamp) -> JSONValue {
        let number = discussion["num"]?.intValue ?? 0
        return [
            "number": .int(number), "title": discussion["title"] ?? "", "status": discussion["status"] ?? "",
            "isPullRequest": discussion["isPullRequest"] ?? false, "isPinned": discussion["pinned"] ?? false,
            "author": discussion["author"]?["name"] ?? "", "url": .string("\(repo.url)/discussions/\(number)"),
            "comments": discussion["numComments"] ?? 0,
            "date": Display.time(discussion["createdAt"]?.stringValue, now: now),
        ]
    }

    private func new(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let repo = try await RepoFrame.load(kind, visit, hub)
        var data = repo.data(tab: "community", now: hub.clock.now)
        data["mayPropose"] = .bool(repo.overview.mayReadFiles && repo.overview.commit != nil)
        var head = repo.head("New discussion")
        head.isPrivate = true
        return try site.page("discussion-new", data, head, visit)
    }

    private func one(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let number = try visit.context.discussionNumber()
        let json = try await hub.discussions.details(kind, repo.id, number, diff: false, viewer: visit.viewer)
        let now = hub.clock.now
        var data = repo.data(tab: "community", now: now)
        let view = DiscussionView(json, repo: repo, visit: visit, now: now)
        data["discussion"] = .object(view.data())
        if json["isPullRequest"]?.boolValue == true, repo.overview.mayReadFiles {
            if let changes = try await hub.discussions.changes(kind, repo.id, number, viewer: visit.viewer) {
                data["diff"] = .object(DiffView(changes, repo: repo).data())
            } else {
                data["noDiff"] = true
            }
        }
        let title = json["title"]?.stringValue ?? ""
        return try site.page("discussion", data, repo.head("\(title) #\(number)", about: title), visit)
    }
}
