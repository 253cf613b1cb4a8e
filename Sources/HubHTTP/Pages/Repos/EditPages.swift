// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Where files are uploaded, made and edited in the browser.
struct EditPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        for end in ["", "/**"] {
            site.get(ofEachRepo: "/upload/{revision}\(end)", on: router) { try await upload($0, $1) }
            site.get(ofEachRepo: "/new/{revision}\(end)", on: router) { try await make($0, $1) }
        }
        site.get(ofEachRepo: "/edit/{revision}/**", on: router) { try await edit($0, $1) }
    }

    private func upload(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let (repo, data, head) = try await begin(kind, visit, "Upload files", verb: "upload")
        var page = data
        page["then"] = .string(SiteURL.file(repo.url, "tree", try visit.context.revision().text, try path(visit)))
        return try site.page("upload", page, head, visit)
    }

    private func make(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let (_, data, head) = try await begin(kind, visit, "New file", verb: "new")
        var page = data
        let folder = try path(visit)
        page["newPath"] = .string(folder.isEmpty ? "" : folder + "/")
        page["isNew"] = true
        return try site.page("edit", page, head, visit)
    }

    private func edit(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let (repo, data, head) = try await begin(kind, visit, "Edit", verb: "edit")
        var page = data
        let text = try path(visit)
        guard let path = try visit.context.pathToFind(text) else { throw HubError.entryNotFound(text, commit: nil) }
        page["newPath"] = .string(path.text)
        page["path"] = .string(path.text)
        page["isMarkdown"] = .bool(path.fileExtension.lowercased() == "md")
        do {
            let file = try await hub.downloads.resolve(
                kind,
                repo.id,
                try visit.context.revision(),
                path,
                viewer: visit.viewer
            )
            guard !file.isLFS, file.size <= FileView.shownBytes else {
                throw HubError(.unprocessable, "\(path) is too large to be edited here: upload a new version")
            }
            let bytes = try await hub.downloads.beginning(of: file, limit: Int(FileView.shownBytes))
            guard !bytes.contains(0), let content = String(validating: bytes, as: UTF8.self) else {
                throw HubError(.unprocessable, "\(path) is not text: upload a new version")
            }
            page["text"] = .string(content)
        } catch let error as HubError where error.code == .entryNotFound {
            // A card that is to be written.
            page["path"] = ""
            page["isNew"] = true
            page["text"] = path.text == "README.md" ? .string(Self.cardDraft(repo)) : ""
        }
        return try site.page("edit", page, head, visit)
    }

    private func path(_ visit: PageVisit) throws -> String {
        visit.context.parameters.getCatchAll().isEmpty ? "" : try visit.context.catchAll()
    }

    private func begin(
        _ kind: RepoKind,
        _ visit: PageVisit,
        _ title: String,
        verb: String
    ) async throws -> (RepoFrame, JSONObject, PageHead) {
        _ = try visit.requireSession()
        let repo = try await RepoFrame.load(kind, visit, hub)
        guard repo.overview.mayReadFiles else {
            throw HubError(.forbidden, "You may not change files of \(repo.id)")
        }
        let revision = try visit.context.revision()
        var data = repo.data(tab: "files", now: hub.clock.now)
        let path = try path(visit)
        data["place"] = .object(try await RepoPlace(repo, revision.text, path, hub, visit).data(verb: verb))
        data["folder"] = .string(path)
        data["commitOID"] = .string(try await hub.refs.target(kind, repo.id, revision, viewer: visit.viewer)?.hex ?? "")
        var head = repo.head(title)
        head.isPrivate = true
        head.scripts = [verb == "upload" ? "/assets/site/upload.js" : "/assets/site/edit.js"]
        return (repo, data, head)
    }

    private static func cardDraft(_ repo: RepoFrame) -> String {
        let task = repo.overview.info["pipeline_tag"]?.stringValue.map { "pipeline_tag: \($0)\n" } ?? ""
        return
            "---\nlicense: apache-2.0\n\(task)---\n\n# \(repo.id.name)\n\nWhat it is, what it was trained on, what it is good for and what not.\n"
    }
}
