// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The evaluation results of one model in a card's `model-index`.
public struct ModelIndexEntry: Sendable, Hashable {
    public struct Metric: Sendable, Hashable {
        public let type: String
        public let name: String?
        public let value: JSONValue
        public let isVerified: Bool
    }

    /// Metrics of one task on one dataset.
    public struct Result: Sendable, Hashable {
        public let taskType: String
        public let taskName: String?
        public let datasetType: String?
        public let datasetName: String?
        public let datasetConfig: String?
        public let datasetSplit: String?
        public let datasetRevision: String?
        public let metrics: [Metric]
        public let sourceName: String?
        public let sourceURL: String?
    }

    public let name: String
    public let results: [Result]

    /// `nil` for an entry without a name; results and metrics that are incomplete are left out.
    init?(_ value: JSONValue) {
        guard let entry = value.objectValue, let name = entry.string("name") else { return nil }
        self.name = name
        results = (entry["results"]?.arrayValue ?? []).compactMap(Result.init)
    }
}

extension ModelIndexEntry.Result {
    init?(_ value: JSONValue) {
        guard let taskType = value["task"]?.objectValue?.string("type") else { return nil }
        let dataset = value["dataset"]?.objectValue ?? JSONObject()
        self.taskType = taskType
        taskName = value["task"]?.objectValue?.string("name")
        datasetType = dataset.string("type")
        datasetName = dataset.string("name")
        datasetConfig = dataset.text("config")
        datasetSplit = dataset.string("split")
        datasetRevision = dataset.text("revision")
        metrics = (value["metrics"]?.arrayValue ?? []).compactMap { metric in
            guard let members = metric.objectValue, let type = members.string("type"), let value = members["value"],
                !value.isNull
            else { return nil }
            return ModelIndexEntry.Metric(
                type: type,
                name: members.string("name"),
                value: value,
                isVerified: members["verified"]?.boolValue ?? false
            )
        }
        sourceName = value["source"]?.objectValue?.string("name")
        sourceURL = value["source"]?.objectValue?.string("url")
    }
}
