// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One tag of a repo: what lists show and filters match.
public struct RepoTag: Sendable, Hashable {
    /// The group it is listed under.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case library
        case pipelineTag = "pipeline_tag"
        case language, dataset, arxiv, doi, license, other
        case baseModel = "base_model"
        case modelIndex = "model_index"
        case diffusers
        case taskCategories = "task_categories"
        case taskIDs = "task_ids"
        case sizeCategories = "size_categories"
        case multilinguality
        case languageCreators = "language_creators"
        case annotationsCreators = "annotations_creators"
        case sourceDatasets = "source_datasets"
        case format, modality, sdk, model
    }

    public let kind: Kind
    /// The tag as filters write it: `vit`, `license:mit`, `dataset:imagenet-1k`.
    public let value: String
    /// The tag as people read it.
    public let label: String

    public init(_ kind: Kind, _ value: String, label: String? = nil) {
        self.kind = kind
        self.value = value
        self.label = label ?? value
    }
}

/// Collects tags in order, each value once.
struct RepoTagList {
    /// Tags beyond this many, or longer than `maximumLength` bytes, are left out.
    static let maximumCount = 1_000
    static let maximumLength = 256

    private(set) var tags: [RepoTag] = []
    private var seen: Set<String> = []

    mutating func add(_ kind: RepoTag.Kind, _ value: String, label: String? = nil) {
        guard !value.isEmpty, value.utf8.count <= Self.maximumLength, tags.count < Self.maximumCount,
            seen.insert(value).inserted
        else { return }
        tags.append(RepoTag(kind, value, label: label))
    }

    /// Tags of the form `prefix:value`, labelled by the value.
    mutating func add(_ kind: RepoTag.Kind, prefix: String, _ values: [String]) {
        for value in values { add(kind, "\(prefix):\(value)", label: value) }
    }
}
