// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Folders of a repo at a revision: names, sizes, who changed them last.
struct TreePages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get(ofEachRepo: "/tree/{revision}", on: router) { try await show($0, $1) }
        site.get(ofEachRepo: "/tree/{revision}/**", on: router) { try await show($0, $1) }
    }

    private func show(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let revision = try visit.context.revision()
        var data = repo.data(tab: "files", now: hub.clock.now)
        let path = visit.context.parameters.getCatchAll().isEmpty ? "" : try visit.context.catchAll()
        data["place"] = .object(try await RepoPlace(repo, revision.text, path, hub, visit).data(verb: "tree"))
        if repo.overview.commit == nil {
            return try site.page("tree", data, repo.head("Files"), visit)
        }
        let page = try await hub.trees.list(
            kind,
            repo.id,
            revision,
            path: try visit.context.pathToFind(path),
            recursive: false,
            expand: true,
            after: try visit.query()["cursor"],
            limit: nil,
            viewer: visit.viewer
        )
        let now = hub.clock.now
        data["entries"] = .array((page.entries.arrayValue ?? []).map { Self.entry($0, repo, revision.text, now: now) })
        data["next"] = .string(try page.next.map { try visit.link("cursor", $0) } ?? "")
        data["commit"] = .object(try await lastCommit(repo, revision, now: now, visit))
        let size = try await hub.trees.size(
            kind,
            repo.id,
            revision,
            path: try visit.context.pathToFind(path),
            viewer: visit.viewer
        )
        data["size"] = .string(Display.bytes(size))
        return try site.page("tree", data, repo.head(path.isEmpty ? "Files" : path), visit)
    }

    private func lastCommit(_ repo: RepoFrame, _ revision: Revision, now: Timestamp, _ visit: PageVisit) async throws
        -> JSONObject
    {
        let page = try await hub.commits.history(
            repo.kind,
            repo.id,
            revision,
            from: nil,
            limit: 1,
            formatted: false,
            viewer: visit.viewer
        )
        guard let commit = page.commits.arrayValue?.first else { return [:] }
        var data = CommitPages.brief(commit, repo, now: now)
        data["total"] = .string(Display.grouped(page.total))
        data["historyURL"] = .string(SiteURL.file(repo.url, "commits", revision.text))
        return data
    }

    private static func entry(_ entry: JSONValue, _ repo: RepoFrame, _ revision: String, now: Timestamp) -> JSONValue {
        let path = entry["path"]?.stringValue ?? ""
        let isFolder = entry["type"]?.stringValue == "directory"
        var json: JSONObject = [
            "name": .string(path.split(separator: "/").last.map(String.init) ?? path), "isFolder": .bool(isFolder),
            "url": .string(SiteURL.file(repo.url, isFolder ? "tree" : "blob", revision, path)),
        ]
        if !isFolder {
            json["size"] = .string(Display.bytes(entry["size"]?.intValue ?? 0))
            json["isLFS"] = .bool(entry["lfs"] != nil)
            json["isXet"] = .bool(entry["xetHash"] != nil)
            json["download"] = .string(SiteURL.file(repo.url, "resolve", revision, path) + "?download=true")
        }
        if let commit = entry["lastCommit"], let oid = commit["id"]?.stringValue {
            json["commitTitle"] = commit["title"]
            json["commitURL"] = .string(SiteURL.commit(repo.url, oid))
            json["date"] = Display.time(commit["date"]?.stringValue, now: now)
        }
        let status = entry["securityFileStatus"]?["status"]?.stringValue
        if let status, status == "unsafe" || status == "suspicious" || status == "caution" {
            json["warning"] = .string(status)
        }
        return .object(json)
    }
}
