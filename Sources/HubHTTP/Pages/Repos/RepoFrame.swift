// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What every page of a repo begins with: its name, likes, tags and tabs.
struct RepoFrame: Sendable {
    let kind: RepoKind
    let id: RepoID
    let overview: RepoOverview
    var url: String { SiteURL.repo(kind, id) }

    static let fields: [RepoKind: [String]] = [
        .model: ["likes", "downloads", "lastModified", "private", "gated", "tags", "pipeline_tag", "library_name"],
        .dataset: ["likes", "downloads", "lastModified", "private", "gated", "tags"],
        .space: ["likes", "lastModified", "private", "tags", "sdk"],
    ]

    /// - Parameter fields: further ones of the description.
    static func load(
        _ kind: RepoKind,
        _ visit: PageVisit,
        _ hub: Hub,
        fields more: [String] = [],
        withCard: Bool = false
    ) async throws -> RepoFrame {
        let id = try visit.context.repoID()
        let overview = try await hub.repos.overview(
            kind,
            id,
            fields: (Self.fields[kind] ?? []) + more,
            withCard: withCard,
            baseURL: visit.baseURL,
            viewer: visit.viewer
        )
        return RepoFrame(kind: kind, id: id, overview: overview)
    }

    /// Where the repo's first page is, of a request for any page of it.
    static func address(_ visit: PageVisit) -> String? {
        guard let id = try? visit.context.repoID() else { return nil }
        let first = visit.request.uri.path.split(separator: "/").first.map(String.init) ?? ""
        return SiteURL.repo(RepoKind(plural: first) ?? .model, id)
    }

    /// Template data.
    /// - Parameter tab: which is open: `card`, `viewer`, `files`, `community` or `settings`.
    func data(tab: String, now: Timestamp) -> JSONObject {
        let info = overview.info
        var repo: JSONObject = [
            "id": .string(id.description), "namespace": .string(id.namespace.text), "name": .string(id.name),
            "kind": .string(kind.rawValue), "plural": .string(kind.plural), "url": .string(url),
            "listURL": .string("/\(kind.plural)"), "ownerURL": .string(SiteURL.account(id.namespace.text)),
            "apiURL": .string("/api/\(kind.plural)/\(id)"),
            "isModel": .bool(kind == .model), "isDataset": .bool(kind == .dataset), "isSpace": .bool(kind == .space),
            "cardTab": .string(kind == .space ? "Space" : "\(kind == .model ? "Model" : "Dataset") card"),
            "likes": .string(Display.count(info["likes"]?.intValue ?? 0)),
            "likesExact": .int(info["likes"]?.intValue ?? 0),
            "isLiked": .bool(overview.isLiked), "isPrivate": .bool(overview.isPrivate),
            "isGated": .bool(info["gated"]?.stringValue != nil),
            "updated": Display.time(info["lastModified"]?.stringValue, now: now),
            "mayWrite": .bool(overview.mayWrite), "mayAdminister": .bool(overview.mayAdminister),
            "mayReadFiles": .bool(overview.mayReadFiles), "isEmpty": .bool(!overview.hasFiles),
            "isUnborn": .bool(overview.commit == nil),
            "discussions": overview.openDiscussions > 0 ? .string(Display.count(overview.openDiscussions)) : "",
            "hasCommunity": .bool(!overview.discussionsDisabled || overview.mayWrite),
            "tags": .array(tags()), "tab_\(tab)": true,
        ]
        repo["commit"] = overview.commit.map { .string($0.hex) }
        return ["repo": .object(repo)]
    }

    /// The head of a page about the repo.
    func head(_ title: String, about: String? = nil) -> PageHead {
        var head = PageHead(title: "\(id) · \(title)")
        head.section = kind.plural
        head.description = about ?? "\(id), a \(kind.rawValue) on this hub."
        head.isPrivate = overview.isPrivate
        return head
    }

    /// Tags as links to the lists of what has them too.
    private func tags() -> [JSONValue] {
        let list = "/\(kind.plural)"
        var chips: [JSONValue] = []
        if let task = overview.info["pipeline_tag"]?.stringValue {
            chips.append([
                "label": .string(TaskCatalog.task(task)?.label ?? task), "icon": .string(TaskIcons.path(task)),
                "url": .string(SiteURL.query(list, [("pipeline_tag", task)])), "isTask": true,
            ])
        }
        for value in (overview.info["tags"]?.arrayValue ?? []).compactMap(\.stringValue) {
            guard value != overview.info["pipeline_tag"]?.stringValue, !value.hasPrefix("region:") else { continue }
            chips.append(chip(value, list))
        }
        return chips
    }

    private func chip(_ tag: String, _ list: String) -> JSONValue {
        let parts = tag.split(separator: ":", maxSplits: 1).map(String.init)
        let url = SiteURL.query(list, [("filter", tag)])
        guard parts.count == 2, let key = parts.first, let value = parts.last else {
            return ["label": .string(Libraries.label(of: tag) ?? tag), "url": .string(url)]
        }
        switch key {
        case "dataset":
            return ["key": "dataset", "label": .string(value), "url": .string(SiteURL.repo(.dataset, value))]
        case "base_model":
            // base_model:finetune:google/vit
            let model = value.split(separator: ":").last.map(String.init) ?? value
            return ["key": "base model", "label": .string(model), "url": .string(SiteURL.repo(.model, model))]
        case "license":
            return ["key": "license", "label": .string(Licenses.name(of: value) ?? value), "url": .string(url)]
        case "task_categories":
            return [
                "label": .string(TaskCatalog.task(value)?.label ?? value), "url": .string(url),
                "icon": .string(TaskIcons.path(value)),
            ]
        default: return ["key": .string(key.replacing("_", with: " ")), "label": .string(value), "url": .string(url)]
        }
    }
}
