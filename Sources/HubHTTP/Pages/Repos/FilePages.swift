// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// One file of a repo, shown as what it is.
struct FilePages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get(ofEachRepo: "/blob/{revision}/**", on: router) { try await show($0, $1) }
    }

    private func show(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(kind, visit, hub)
        let revision = try visit.context.revision()
        let text = try visit.context.catchAll()
        guard let path = try visit.context.pathToFind(text) else { throw HubError.entryNotFound(text, commit: nil) }
        let file = try await hub.downloads.resolve(kind, repo.id, revision, path, viewer: visit.viewer)
        let now = hub.clock.now
        var data = repo.data(tab: "files", now: now)
        data["place"] = .object(try await RepoPlace(repo, revision.text, path.text, hub, visit).data(verb: "blob"))
        let isPlain = try visit.query()["plain"] == "1"
        let isEditable = !file.isLFS && file.size <= FileView.shownBytes
        data["file"] = [
            "size": .string(Display.bytes(file.size)), "exactSize": .string(Display.grouped(file.size)),
            "isLFS": .bool(file.isLFS), "sha256": file.isLFS ? .string(file.etag) : "",
            "xetHash": .string(file.xetHash?.description ?? ""),
            "rawURL": .string(SiteURL.file(repo.url, "raw", revision.text, path.text)),
            "resolveURL": .string(SiteURL.file(repo.url, "resolve", revision.text, path.text)),
            "downloadURL": .string(SiteURL.file(repo.url, "resolve", revision.text, path.text) + "?download=true"),
            "isEditable": .bool(isEditable),
            "plainURL": .string(try visit.link("plain", isPlain ? nil : "1")), "isPlain": .bool(isPlain),
        ]
        let page = try await hub.trees.pathsInfo(
            kind,
            repo.id,
            revision,
            paths: [path.text],
            expand: true,
            viewer: visit.viewer
        )
        if let commit = page.entries.arrayValue?.first?["lastCommit"] {
            data["commit"] = .object(CommitPages.brief(commit, repo, now: now))
        }
        data["view"] = .object(
            try await FileView(hub: hub, file: file, repo: repo, revision: revision.text, isPlain: isPlain).data()
        )
        var head = repo.head(path.text)
        if repo.overview.mayWrite { head.scripts = ["/assets/site/edit.js"] }
        return try site.page("file", data, head, visit)
    }
}
