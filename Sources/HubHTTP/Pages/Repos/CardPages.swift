// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A repo's first page: its card, and for models the widget and what else is known of the checkpoint.
struct CardPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/{namespace}/{name}", on: router) { try await model($0) }
        site.get("/{namespace}/{name}/embed", on: router) { try await embed($0) }
        site.get("/datasets/{namespace}/{name}", on: router) { try await plain(.dataset, $0) }
        site.get("/spaces/{namespace}/{name}", on: router) { try await plain(.space, $0) }
    }

    private static let modelFields = [
        "cardData", "config", "transformersInfo", "safetensors", "model-index", "baseModels", "childrenModelCount",
        "widgetData", "inference", "usedStorage", "downloadsAllTime", "spaces",
    ]

    private func model(_ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(.model, visit, hub, fields: Self.modelFields, withCard: true)
        let info = repo.overview.info
        var data = repo.data(tab: "card", now: hub.clock.now)
        try await addCard(repo, to: &data)
        data["facts"] = .object(ModelFacts(info: info, repo: repo, now: hub.clock.now).data())
        data["snippets"] = .array(UseSnippets(repo: repo, baseURL: visit.baseURL).all)
        if let widget = try await WidgetMount(repo: repo, hub: hub, visit: visit).data() {
            data["widget"] = .object(widget)
        }
        var head = repo.head("Model card", about: Self.about(repo))
        head.scripts = ["/assets/widget/widget.js"]
        head.styles = ["/assets/widget/widget.css"]
        return try site.page("model", data, head, visit)
    }

    /// The widget alone, for frames in other pages.
    private func embed(_ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(.model, visit, hub, fields: ["cardData", "widgetData", "inference"])
        guard !repo.overview.isPrivate else {
            throw HubError(.forbidden, "Widgets of private models cannot be embedded")
        }
        guard let widget = try await WidgetMount(repo: repo, hub: hub, visit: visit).data() else {
            throw HubError(.unsupported, "This model has no widget: its task or its files are not known to the runtime")
        }
        var data = repo.data(tab: "card", now: hub.clock.now)
        data["widget"] = .object(widget)
        data["isEmbed"] = true
        var head = repo.head("Widget")
        head.scripts = ["/assets/widget/widget.js"]
        head.styles = ["/assets/widget/widget.css"]
        (head.isBare, head.isEmbeddable) = (true, true)
        return try site.page("embed", data, head, visit)
    }

    private func plain(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let fields =
            kind == .dataset ? ["cardData", "usedStorage", "downloadsAllTime"] : ["cardData", "models", "datasets"]
        let repo = try await RepoFrame.load(kind, visit, hub, fields: fields, withCard: true)
        var data = repo.data(tab: "card", now: hub.clock.now)
        try await addCard(repo, to: &data)
        data["facts"] = .object(ModelFacts(info: repo.overview.info, repo: repo, now: hub.clock.now).data())
        data["snippets"] = .array(UseSnippets(repo: repo, baseURL: visit.baseURL).all)
        return try site.page(
            "card",
            data,
            repo.head("\(kind == .dataset ? "Dataset" : "Space") card", about: Self.about(repo)),
            visit
        )
    }

    private func addCard(_ repo: RepoFrame, to data: inout JSONObject) async throws {
        if let card = repo.overview.card, !card.allSatisfy(\.isWhitespace) {
            data["card"] = .string(try await CardHTML.render(card, repo: repo.url, revision: "main"))
        }
        if let error = repo.overview.cardError { data["cardError"] = .string(error) }
        if !repo.overview.mayReadFiles { data["gate"] = .object(GateView(repo: repo).data()) }
        data["editURL"] = .string(SiteURL.file(repo.url, "edit", "main", "README.md"))
        data["quickstart"] = ["upload": .string(SiteURL.file(repo.url, "upload", "main"))]
    }

    /// The card's first paragraph, for link previews.
    private static func about(_ repo: RepoFrame) -> String? {
        let lines = (repo.overview.card ?? "").split(separator: "\n").prefix(60)
        return lines.first { line in
            guard let first = line.first(where: { !$0.isWhitespace }) else { return false }
            return !"#<!|[-*>`".contains(first)
        }.map { String($0.prefix(200)) }
    }
}
