// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the tasks the hub knows.",
        discussion: """
            EXAMPLES:
              hubctl tasks
              hubctl models list --task depth-estimation
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let tasks = try await context.client.get("/api/tasks")
            guard !context.isJSON else { return context.terminal.data(tasks.serialized) }
            let rows = (tasks.objectValue ?? [:]).map { TaskRow(name: $0.key, json: $0.value) }
            context.terminal.list(rows.sorted { $0.name < $1.name }, asJSON: false)
        }
    }
}

struct TaskRow: ListDisplayable {
    static let columns: [Table.Column] = [.init("TASK"), .init("LABEL")]

    let name: String
    let json: JSONValue

    var cells: [String] { [name, json["label"]?.stringValue ?? ""] }
}
