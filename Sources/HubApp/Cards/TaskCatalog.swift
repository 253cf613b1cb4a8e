// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// One vision task as `GET /api/tasks` and the task pages describe it.
public struct TaskDescription: Sendable, Hashable {
    public let id: String
    public let label: String
    /// One sentence.
    public let summary: String
    /// A short paragraph.
    public let about: String
    /// What a request holds.
    public let input: String
    /// What an answer holds, as JSON with types in place of values, or the media type of raw bytes.
    public let output: String
    public let metrics: [String]
    public let libraries: [String]
    public let autoClasses: [String]
    /// Model types that do it.
    public let architectures: [String]

    /// The entry of `GET /api/tasks`.
    ///
    /// - Parameter widgetModels: Ids of models that answer for the task; clients without a model use the first.
    public func json(widgetModels: [String]) -> JSONValue {
        func strings(_ items: [String]) -> JSONValue { .array(items.map { .string($0) }) }
        return [
            "id": .string(id),
            "label": .string(label),
            "summary": .string(summary),
            "about": .string(about),
            "inputs": .string(input),
            "outputs": .string(output),
            "metrics": .array(metrics.map { ["id": .string($0), "description": ""] }),
            "libraries": strings(libraries),
            "autoClasses": strings(autoClasses),
            "architectures": strings(architectures),
            "datasets": [],
            "models": [],
            "spaces": [],
            "widgetModels": strings(widgetModels),
        ]
    }
}

/// The tasks this hub describes: those of images and video.
public enum TaskCatalog {
    public static let all: [TaskDescription] = VisionTasks.recognition + VisionTasks.zeroShot + VisionTasks.generation

    public static func task(_ id: String) -> TaskDescription? { all.first { $0.id == id } }

    /// The answer to `GET /api/tasks`: tasks by id.
    public static func json(widgetModels: (String) -> [String]) -> JSONValue {
        var tasks = JSONObject()
        for task in all { tasks[task.id] = task.json(widgetModels: widgetModels(task.id)) }
        return .object(tasks)
    }
}
