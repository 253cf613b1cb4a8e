// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Reads `.eval_results/*.yaml`: lists of scores, each of a task of a benchmark dataset.
enum EvalResults {
    private static let folder = ".eval_results/"
    private static let maximumEntries = 1000

    static func isOne(_ path: String) -> Bool {
        path.hasPrefix(folder) && (path.hasSuffix(".yaml") || path.hasSuffix(".yml"))
    }

    /// - Parameter read: files by path, those of the folder among them.
    static func parse(_ read: [String: [UInt8]]) -> [EvalResultRecord] {
        var records: [EvalResultRecord] = []
        for (path, bytes) in read.sorted(by: { $0.key < $1.key }) where isOne(path) {
            records += parse(bytes, path).prefix(max(0, maximumEntries - records.count))
        }
        return records
    }

    private static func parse(_ bytes: [UInt8], _ path: String) -> [EvalResultRecord] {
        let entries: [JSONValue]
        do {
            guard let text = String(validating: bytes, as: UTF8.self),
                let list = try YAMLDecoding.decode(text)?.arrayValue
            else { return [failed(path, "The file must be a YAML list of results")] }
            entries = list
        } catch {
            return [failed(path, "The file is not valid YAML: \(error)")]
        }
        return entries.map { entry in
            guard let id = entry["dataset"]?["id"]?.stringValue, let value = entry["value"], !value.isNull else {
                return failed(path, "Each result needs dataset.id and value")
            }
            guard var json = entry.objectValue else { return failed(path, "Each result must be a mapping") }
            let task = entry["dataset"]?["task_id"]?.stringValue ?? "default"
            var dataset = entry["dataset"]?.objectValue ?? [:]
            dataset["task_id"] = .string(task)
            json["dataset"] = .object(dataset)
            json["filename"] = .string(path)
            // A token is kept, not checked: this hub has not run the evaluation.
            json["verified"] = false
            return EvalResultRecord(
                datasetKey: id.lowercased(),
                taskID: task,
                value: value.doubleValue,
                filename: path,
                entry: JSONValue.object(json).serialized
            )
        }
    }

    private static func failed(_ path: String, _ error: String) -> EvalResultRecord {
        let entry: JSONValue = ["filename": .string(path), "error": .string(error)]
        return EvalResultRecord(datasetKey: "", taskID: "", value: nil, filename: path, entry: entry.serialized)
    }
}
