// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// Where in a repo a page is: revision and path, with ways to other revisions and to the folders above.
struct RepoPlace {
    let repo: RepoFrame
    let revision: String
    let path: String
    private let refs: JSONValue

    private static let mostRefs = 100

    init(_ repo: RepoFrame, _ revision: String, _ path: String, _ hub: Hub, _ visit: PageVisit) async throws {
        self.repo = repo
        self.revision = revision
        self.path = path
        refs = try await hub.refs.list(repo.kind, repo.id, includePullRequests: false, viewer: visit.viewer)
    }

    /// Template data.
    /// - Parameter verb: of the page's address: tree, blob, commits, edit, upload.
    func data(verb: String) -> JSONObject {
        var crumbs: [JSONValue] = [
            ["name": .string(repo.id.name), "url": .string(SiteURL.file(repo.url, "tree", revision))]
        ]
        var above = ""
        let segments = path.split(separator: "/").map(String.init)
        for (index, segment) in segments.enumerated() {
            above += above.isEmpty ? segment : "/" + segment
            let isLast = index == segments.count - 1
            crumbs.append([
                "name": .string(segment), "isLast": .bool(isLast),
                "url": .string(SiteURL.file(repo.url, isLast ? verb : "tree", revision, above)),
            ])
        }
        let isCommit = revision.count == 40 && revision.allSatisfy(\.isHexDigit)
        let parent = segments.dropLast().joined(separator: "/")
        return [
            "revision": .string(revision), "shownRevision": .string(isCommit ? String(revision.prefix(7)) : revision),
            "path": .string(path), "crumbs": .array(crumbs), "isRoot": .bool(path.isEmpty),
            "branches": .array(links("branches", verb)), "revisionTags": .array(links("tags", verb)),
            "mayCommit": .bool(repo.overview.mayWrite && !isCommit),
            "historyURL": .string(SiteURL.file(repo.url, "commits", revision)),
            "uploadURL": .string(SiteURL.file(repo.url, "upload", revision, verb == "tree" ? path : parent)),
            "newFileURL": .string(SiteURL.file(repo.url, "new", revision, verb == "tree" ? path : parent)),
            "editURL": .string(SiteURL.file(repo.url, "edit", revision, path)),
            "upURL": .string(SiteURL.file(repo.url, "tree", revision, parent)),
        ]
    }

    private func links(_ group: String, _ verb: String) -> [JSONValue] {
        (refs[group]?.arrayValue ?? []).prefix(Self.mostRefs).compactMap { $0["name"]?.stringValue }.map { name in
            [
                "name": .string(name), "isCurrent": .bool(name == revision),
                "url": .string(SiteURL.file(repo.url, verb, name, path)),
            ]
        }
    }
}
