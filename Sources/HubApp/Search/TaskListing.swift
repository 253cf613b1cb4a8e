// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension ListingService {
    /// How many of a task's models are named in its description.
    private static let modelsPerTask = 10

    /// The answer of `GET /api/tasks`: every task by id, with how many models the viewer sees and which are used most.
    public func tasks(viewer: Viewer) async throws -> JSONValue {
        let scope = viewer.visibilityScope
        return try await hub.store.read { tx in
            let counts = try tx.taskCounts(visibleTo: scope)
            var tasks = JSONObject()
            for task in TaskCatalog.all { tasks[task.id] = try Self.json(task, counts: counts, scope: scope, tx) }
            return .object(tasks)
        }
    }

    /// One task.
    /// - Throws: ``HubError/Code/notFound`` if this hub knows none of that id.
    public func task(_ id: String, viewer: Viewer) async throws -> JSONValue {
        guard let task = TaskCatalog.task(id) else { throw HubError(.notFound, "There is no task called '\(id)'") }
        let scope = viewer.visibilityScope
        return try await hub.store.read { tx in
            try Self.json(task, counts: try tx.taskCounts(visibleTo: scope), scope: scope, tx)
        }
    }

    private static func json(
        _ task: TaskDescription,
        counts: [String: Int64],
        scope: VisibilityScope,
        _ tx: ReadTransaction
    ) throws -> JSONValue {
        let count = counts[task.id] ?? 0
        var models: [RepoRecord] = []
        if count > 0 {
            var query = RepoListQuery(kind: .model, scope: scope)
            query.pipelineTag = task.id
            query.sort = .downloads
            query.limit = modelsPerTask
            models = try tx.repos(query)
        }
        var json = task.json(widgetModels: models.prefix(1).map(\.fullName)).objectValue ?? [:]
        json["models"] = .array(models.map { ["id": .string($0.fullName), "description": ""] })
        json["modelCount"] = .int(count)
        return .object(json)
    }

    /// The answer of `GET /api/models-tags-by-type`: what the Hub knows, and what public repos here use besides.
    public func tagsByType(_ kind: RepoKind) async throws -> JSONValue {
        let used = try await hub.store.read { try $0.tagsInUse(kind).map(\.tag) }
        var groups = (kind == .model ? TagCatalog.models : TagCatalog.datasets).objectValue ?? [:]
        var known: [String: Set<String>] = [:]
        for (type, items) in groups {
            known[type] = Set((items.arrayValue ?? []).compactMap { $0["id"]?.stringValue })
        }
        var added: [String: [JSONValue]] = [:]
        for tag in used where known[tag.type]?.contains(tag.value) != true {
            added[tag.type, default: []].append([
                "id": .string(tag.value), "label": .string(tag.label), "type": .string(tag.type),
            ])
        }
        for type in added.keys.sorted() {
            groups[type] = .array((groups[type]?.arrayValue ?? []) + (added[type] ?? []))
        }
        return .object(groups)
    }
}
