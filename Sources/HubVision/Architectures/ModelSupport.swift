// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Whether a model can be run, as far as its configuration tells, without reading weights.
public enum ModelSupport {
    /// The tasks that models are run for, by name.
    public static let tasks = Set(VisionTask.allCases.map(\.rawValue))

    /// Why a model of this configuration cannot be run for a task; `nil` when nothing is known against it.
    /// - Parameters:
    ///   - configuration: `config.json`, or those members of it that name its class.
    ///   - isONNX: whether the network itself comes with the model, so that its class need not be known.
    public static func problem(configuration: JSONValue?, task: String?, isONNX: Bool) -> HubError? {
        if let task, !tasks.contains(task) {
            return HubError(.unsupported, "The task \(task) is not supported by this hub")
        }
        if isONNX { return nil }
        guard let members = configuration?.objectValue else {
            return HubError(.unsupported, "The model has no config.json, so its architecture is not known")
        }
        do throws(HubError) {
            _ = try ArchitectureRegistry.find(
                ModelConfiguration(members),
                task: task.flatMap(VisionTask.init(rawValue:))
            )
            return nil
        } catch { return error }
    }
}
