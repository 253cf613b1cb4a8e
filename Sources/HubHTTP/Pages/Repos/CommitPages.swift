// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A revision's history, and what each commit changed.
struct CommitPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get(ofEachRepo: "/commits/{revision}", on: router) { try await history($0, $1) }
        site.get(ofEachRepo: "/commit/{revision}", on: router) { try await commit($0, $1) }
        site.get(ofEachRepo: "/compare/**", on: router) { try await compare($0, $1) }
    }

    /// A commit in template data.
    static func brief(_ commit: JSONValue, _ repo: RepoFrame, now: Timestamp) -> JSONObject {
        let oid = commit["id"]?.stringValue ?? ""
        let author = commit["authors"]?.arrayValue?.first?["user"]?.stringValue ?? ""
        let isAccount = (try? AccountName(author)) != nil
        return [
            "oid": .string(oid), "short": .string(String(oid.prefix(7))), "title": commit["title"] ?? "",
            "message": commit["message"] ?? "", "author": .string(author),
            "authorURL": .string(isAccount ? SiteURL.account(author) : ""),
            "date": Display.time(commit["date"]?.stringValue, now: now),
            "url": .string(SiteURL.commit(repo.url, oid)), "treeURL": .string(SiteURL.file(repo.url, "tree", oid)),
        ]
    }

    private func history(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let revision = try visit.context.revision()
        let page = try await hub.commits.history(
            kind,
            repo.id,
            revision,
            from: try visit.query()["cursor"].map { text in
                guard let oid = GitOID(hex: text) else { throw HubError.revisionNotFound(String(text.prefix(80))) }
                return oid
            },
            limit: nil,
            formatted: false,
            viewer: visit.viewer
        )
        let now = hub.clock.now
        var data = repo.data(tab: "files", now: now)
        data["place"] = .object(try await RepoPlace(repo, revision.text, "", hub, visit).data(verb: "commits"))
        data["commits"] = .array((page.commits.arrayValue ?? []).map { .object(Self.brief($0, repo, now: now)) })
        data["total"] = .string(Display.grouped(page.total))
        data["next"] = .string(try page.next.map { try visit.link("cursor", $0.hex) } ?? "")
        return try site.page("commits", data, repo.head("Commits"), visit)
    }

    private func commit(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let revision = try visit.context.revision()
        let page = try await hub.commits.history(
            kind,
            repo.id,
            revision,
            from: nil,
            limit: 1,
            formatted: false,
            viewer: visit.viewer
        )
        guard let commit = page.commits.arrayValue?.first else { throw HubError.revisionNotFound(revision.text) }
        let now = hub.clock.now
        var data = repo.data(tab: "files", now: now)
        data["commit"] = .object(Self.brief(commit, repo, now: now))
        if let parent = commit["parents"]?.arrayValue?.first?.stringValue {
            data["parent"] = [
                "short": .string(String(parent.prefix(7))), "url": .string(SiteURL.commit(repo.url, parent)),
            ]
            let changes = try await hub.trees.differences(
                kind,
                repo.id,
                base: Revision(parent),
                head: revision,
                texts: true,
                tensors: true,
                viewer: visit.viewer
            )
            data["diff"] = .object(DiffView(changes, repo: repo).data())
        } else {
            data["isFirst"] = true
        }
        return try site.page("commit", data, repo.head(commit["title"]?.stringValue ?? "Commit"), visit)
    }

    /// Two revisions side by side: `compare/main..dev`.
    private func compare(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let (base, head) = try TreeRoutes.ends(try visit.context.catchAll())
        let changes = try await hub.trees.differences(
            kind,
            repo.id,
            base: base,
            head: head,
            texts: true,
            tensors: true,
            viewer: visit.viewer
        )
        var data = repo.data(tab: "files", now: hub.clock.now)
        data["base"] = .string(base.text)
        data["head"] = .string(head.text)
        data["diff"] = .object(DiffView(changes, repo: repo).data())
        return try site.page("compare", data, repo.head("\(base.text)..\(head.text)"), visit)
    }
}
