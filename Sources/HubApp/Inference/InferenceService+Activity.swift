// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension InferenceService {
    /// The worker, its queue and the models in its memory.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for who does not administer the hub.
    public func activity(by viewer: Viewer) throws -> JSONValue {
        try viewer.requireOperator()
        guard let backend else { return ["isOn": false] }
        let activity = backend.activity
        func models(_ keys: Set<String>) -> JSONValue {
            .array(
                hub.warm.repos(keys).map { model in
                    let parts = model.key.split(separator: " ")
                    return [
                        "commit": .string(parts.first.map(String.init) ?? ""),
                        "task": parts.count > 1 ? parts.last.map { .string(String($0)) } ?? .null : .null,
                        "repos": .array(model.repos.map(JSONValue.string)),
                    ]
                }
            )
        }
        return [
            "isOn": true, "workerPid": activity.workerID.map { .int(Int64($0)) } ?? .null,
            "running": .int(Int64(activity.running)), "waiting": .int(Int64(activity.waiting)),
            "waitingBytes": .int(Int64(activity.waitingBytes)), "failures": .int(Int64(activity.failures)),
            "loaded": models(backend.loaded), "loading": models(backend.loading),
        ]
    }
}
