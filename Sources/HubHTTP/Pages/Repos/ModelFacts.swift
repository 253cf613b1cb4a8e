// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// What is known of a checkpoint beside its card: numbers of the side bar.
struct ModelFacts {
    let info: JSONValue
    let repo: RepoFrame
    let now: Timestamp

    func data() -> JSONObject {
        var data: JSONObject = [:]
        if let downloads = info["downloads"]?.intValue {
            data["downloads"] = .string(Display.grouped(downloads))
            data["downloadsAll"] = .string(Display.grouped(info["downloadsAllTime"]?.intValue ?? downloads))
            data["chart"] = .string(DownloadChart(repo.overview.downloads, now: now).svg)
        }
        data["parameters"] = info["safetensors"]?["total"]?.intValue.map { .string(Display.count($0)) }
        data["dtypes"] = info["safetensors"]?["parameters"]?.objectValue.map { counts in
            .array(counts.map { ["name": .string($0.key), "count": .string(Display.count($0.value.intValue ?? 0))] })
        }
        data["storage"] = info["usedStorage"]?.intValue.map { .string(Display.bytes($0)) }
        data["architecture"] = info["config"]?["architectures"]?.arrayValue?.first ?? info["config"]?["model_type"]
        data["library"] = info["library_name"]?.stringValue.map { .string(Libraries.label(of: $0) ?? $0) }
        data["baseModels"] = info["baseModels"].flatMap(bases)
        if let children = info["childrenModelCount"]?.intValue, children > 0 {
            data["children"] = [
                "count": .string(Display.grouped(children)),
                "url": .string(SiteURL.query("/models", [("filter", "base_model:\(repo.id)")])),
            ]
        }
        let results = evaluations()
        if !results.isEmpty { data["evaluations"] = .array(results) }
        for (name, kind) in [("spaces", RepoKind.space), ("models", .model), ("datasets", .dataset)] {
            let ids = (info[name]?.arrayValue ?? []).compactMap(\.stringValue)
            guard !ids.isEmpty else { continue }
            data["linked_\(name)"] = .array(
                ids.prefix(12).map { ["id": .string($0), "url": .string(SiteURL.repo(kind, $0))] }
            )
        }
        return data
    }

    private func bases(_ base: JSONValue) -> JSONValue? {
        let models = (base["models"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        guard !models.isEmpty else { return nil }
        let relation = base["relation"]?.stringValue ?? "finetune"
        let words = [
            "finetune": "Finetuned from", "adapter": "Adapter of", "quantized": "Quantized from", "merge": "Merge of",
        ]
        return [
            "relation": .string(words[relation] ?? relation),
            "models": .array(models.map { ["id": .string($0), "url": .string(SiteURL.repo(.model, $0))] }),
        ]
    }

    /// The card's `model-index`, a row for each number.
    private func evaluations() -> [JSONValue] {
        var rows: [JSONValue] = []
        for entry in info["model-index"]?.arrayValue ?? [] {
            for result in entry["results"]?.arrayValue ?? [] {
                for metric in result["metrics"]?.arrayValue ?? [] where rows.count < 50 {
                    let value = metric["value"]?.doubleValue.map { $0.description } ?? metric["value"]?.stringValue
                    rows.append([
                        "task": result["task"]?["name"] ?? result["task"]?["type"] ?? "",
                        "dataset": result["dataset"]?["name"] ?? result["dataset"]?["type"] ?? "",
                        "metric": metric["name"] ?? metric["type"] ?? "", "value": .string(value ?? ""),
                    ])
                }
            }
        }
        return rows
    }
}
