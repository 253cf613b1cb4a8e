// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What vision models can do, and a page for each task with a live model.
struct TaskPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/tasks", on: router) { try await all($0) }
        site.get("/tasks/{task}", on: router) { try await one($0) }
    }

    private func all(_ visit: PageVisit) async throws -> Response {
        let tasks = try await hub.listings.tasks(viewer: visit.viewer).objectValue ?? [:]
        let data: JSONObject = ["tasks": .array(tasks.values.map { Self.brief($0) })]
        var head = PageHead(title: "Tasks")
        head.section = "tasks"
        head.description = "What vision models do: classification, detection, segmentation, depth, captions and more."
        return try site.page("tasks", data, head, visit)
    }

    private static func brief(_ task: JSONValue) -> JSONValue {
        let id = task["id"]?.stringValue ?? ""
        let count = task["modelCount"]?.intValue ?? 0
        return [
            "id": .string(id), "label": task["label"] ?? .string(id), "summary": task["summary"] ?? "",
            "url": .string(SiteURL.task(id)), "icon": .string(TaskIcons.path(id)),
            "count": count > 0 ? .string(Display.grouped(count)) : "",
        ]
    }

    private func one(_ visit: PageVisit) async throws -> Response {
        let id = try visit.context.segment("task")
        let task = try await hub.listings.task(id, viewer: visit.viewer)
        var data: JSONObject = ["task": Self.brief(task)]
        for key in ["about", "inputs", "outputs", "metrics", "libraries", "autoClasses", "architectures"] {
            data[key] = task[key]
        }
        data["models"] = .array(try await list(.model, [("pipeline_tag", id)], visit))
        data["datasets"] = .array(try await list(.dataset, [("task_categories", id)], visit))
        data["modelsURL"] = .string(SiteURL.query("/models", [("pipeline_tag", id)]))
        data["datasetsURL"] = .string(SiteURL.query("/datasets", [("task_categories", id)]))
        data["curl"] = .string("curl '\(visit.baseURL)/api/models?pipeline_tag=\(id)'")
        var head = PageHead(title: task["label"]?.stringValue ?? id)
        head.section = "tasks"
        head.description = task["summary"]?.stringValue ?? ""
        if let demo = try await demo(id, visit) {
            data["demo"] = .object(demo)
            head.scripts = ["/assets/widget/widget.js"]
            head.styles = ["/assets/widget/widget.css"]
        }
        return try site.page("task", data, head, visit)
    }

    private func list(_ kind: RepoKind, _ items: [(name: String, value: String)], _ visit: PageVisit) async throws
        -> [JSONValue]
    {
        var wanted = ListingRequest()
        if kind == .model {
            wanted.pipelineTag = items.first?.value
        } else {
            wanted.filters = items.map { "\($0.name):\($0.value)" }
        }
        wanted.expand = RepoCards.fields(kind)
        wanted.sort = "downloads"
        wanted.limit = 8
        let page = try await hub.listings.list(kind, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
        let now = hub.clock.now
        return (page.items.arrayValue ?? []).map { RepoCards.item($0, kind, now: now) }
    }

    /// The widget of the most used model that can be asked.
    private func demo(_ task: String, _ visit: PageVisit) async throws -> JSONObject? {
        var wanted = ListingRequest()
        wanted.pipelineTag = task
        wanted.expand = ["inference", "likes", "downloads"]
        wanted.sort = "downloads"
        wanted.limit = 10
        let page = try await hub.listings.list(.model, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
        let models = page.items.arrayValue ?? []
        let warm = models.first { $0["inference"]?.stringValue == "warm" }
        guard let model = warm ?? models.first(where: { $0["inference"]?.stringValue == "cold" }),
            let name = model["id"]?.stringValue
        else { return nil }
        let id = try RepoID(name)
        let overview = try await hub.repos.overview(
            .model,
            id,
            fields: ["cardData", "widgetData", "inference", "pipeline_tag"],
            withCard: false,
            baseURL: visit.baseURL,
            viewer: visit.viewer
        )
        let repo = RepoFrame(kind: .model, id: id, overview: overview)
        var data = try await WidgetMount(repo: repo, hub: hub, visit: visit).data()
        data?["model"] = .string(name)
        data?["modelURL"] = .string(repo.url)
        return data
    }
}
