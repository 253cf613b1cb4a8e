// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// All classes of networks that can be built. A new one is a line here.
enum ArchitectureRegistry {
    static let all: [Architecture] = [
        ViT.architectures
    ].flatMap { $0 }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The class that `config.json` names, or the one of its model type for the task.
    static func find(_ configuration: ModelConfiguration, task: VisionTask?) throws(HubError) -> Architecture {
        let names = try configuration.strings("architectures")
        let type = try configuration.string("model_type", default: "")
        let named = names.compactMap { byName[$0] }
        if let found = named.first(where: { task == nil || $0.task == task }) { return found }
        // A checkpoint of another class of the same family may hold what the task needs.
        if let task, let found = all.first(where: { $0.modelType == type && $0.task == task }) { return found }
        if let other = named.first, let task {
            throw HubError(.unsupported, "\(other.name) is for \(other.task.rawValue), not for \(task.rawValue)")
        }
        let what = names.first ?? type
        guard !what.isEmpty else { throw HubError(.unsupported, "config.json names no architecture") }
        throw HubError(.unsupported, "The architecture \(what) is not supported")
    }
}
