// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The tags that exist by themselves, for `GET /api/{models,datasets}-tags-by-type`.
public enum TagCatalog {
    /// `{type: [{id, label, type, subType?}]}` for models.
    public static let models: JSONValue = [
        "pipeline_tag": .array(PipelineTag.all.map { tag($0.id, $0.label, "pipeline_tag", subType: $0.modality) }),
        "library": .array(Libraries.all.map { tag($0.id, $0.label, "library") }),
        "language": .array(Languages.all.map { tag($0.code, $0.name, "language") }),
        "license": .array(Licenses.all.map { tag("license:\($0.id)", $0.name, "license") }),
        "other": .array(
            ["custom_code", "conversational", "merge", "4-bit", "8-bit"].map { tag($0, $0, "other") }
        ),
    ]

    /// `{type: [{id, label, type, subType?}]}` for datasets.
    public static let datasets: JSONValue = [
        "task_categories": .array(
            PipelineTag.all.map { tag("task_categories:\($0.id)", $0.label, "task_categories", subType: $0.modality) }
        ),
        "language": .array(Languages.all.map { tag("language:\($0.code)", $0.name, "language") }),
        "license": .array(Licenses.all.map { tag("license:\($0.id)", $0.name, "license") }),
        "size_categories": .array(
            [
                "n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B",
                "10B<n<100B", "100B<n<1T", "n>1T",
            ].map { tag("size_categories:\($0)", $0, "size_categories") }
        ),
        "format": .array(
            [
                "parquet", "csv", "json", "arrow", "text", "imagefolder", "audiofolder", "videofolder", "webdataset",
                "hdf5",
            ].map { tag("format:\($0)", $0, "format") }
        ),
        "modality": .array(
            ["audio", "image", "tabular", "text", "video"].map { tag("modality:\($0)", $0, "modality") }
        ),
    ]

    private static func tag(_ id: String, _ label: String, _ type: String, subType: String? = nil) -> JSONValue {
        var members: JSONObject = ["type": .string(type), "label": .string(label), "id": .string(id)]
        if let subType { members["subType"] = .string(subType) }
        return .object(members)
    }
}
