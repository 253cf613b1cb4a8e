// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The fields of a card's front matter the hub understands, typed. What is missing or of a wrong type is `nil` or empty.
public struct CardMetadata: Sendable, Hashable {
    public var license: String?
    public var licenseName: String?
    public var licenseLink: String?
    public var languages: [String]
    public var tags: [String]
    public var thumbnail: String?

    public var model: ModelFields
    public var dataset: DatasetFields
    public var space: SpaceFields

    /// Fields of model cards.
    public struct ModelFields: Sendable, Hashable {
        public var libraryName: String?
        public var pipelineTag: String?
        public var datasets: [String]
        public var metrics: [String]
        public var baseModels: [String]
        public var baseModelRelation: BaseModelRelation?
        public var newVersion: String?
        public var modelName: String?
        public var evaluations: [ModelIndexEntry]
        /// `false` or an object of parameters.
        public var inference: JSONValue?
        public var widget: [JSONValue]
    }

    /// Fields of dataset cards.
    public struct DatasetFields: Sendable, Hashable {
        public var prettyName: String?
        public var taskCategories: [String]
        public var taskIDs: [String]
        public var sizeCategories: [String]
        public var multilinguality: [String]
        public var languageCreators: [String]
        public var annotationsCreators: [String]
        public var sourceDatasets: [String]
        public var paperswithcodeID: String?
        public var configs: [JSONValue]
        /// One description or several, one for each configuration.
        public var datasetInfo: [JSONValue]
        /// `false` switches the viewer off.
        public var viewer: Bool?
    }

    /// Fields of space cards.
    public struct SpaceFields: Sendable, Hashable {
        public var title: String?
        public var emoji: String?
        public var colorFrom: String?
        public var colorTo: String?
        public var sdk: String?
        public var sdkVersion: String?
        public var pythonVersion: String?
        public var appFile: String?
        public var appPort: Int64?
        public var pinned: Bool
        public var shortDescription: String?
        public var models: [String]
        public var datasets: [String]
    }

    /// Reads the fields of every kind; the caller looks at those of its own.
    public init(_ card: JSONObject) {
        license = card.strings("license").first
        licenseName = card.string("license_name")
        licenseLink = card.string("license_link")
        languages = card.strings("language")
        tags = card.strings("tags")
        thumbnail = card.string("thumbnail")
        model = ModelFields(card)
        dataset = DatasetFields(card)
        space = SpaceFields(card)
    }
}

extension CardMetadata.ModelFields {
    init(_ card: JSONObject) {
        libraryName = card.string("library_name")
        pipelineTag = card.string("pipeline_tag")
        datasets = card.strings("datasets")
        metrics = card.strings("metrics")
        baseModels = card.strings("base_model")
        baseModelRelation = card.string("base_model_relation").flatMap(BaseModelRelation.init(rawValue:))
        newVersion = card.string("new_version")
        modelName = card.string("model_name")
        evaluations = (card["model-index"]?.arrayValue ?? []).compactMap(ModelIndexEntry.init)
        inference = card["inference"]
        widget = card["widget"]?.arrayValue ?? []
    }
}

extension CardMetadata.DatasetFields {
    init(_ card: JSONObject) {
        prettyName = card.string("pretty_name")
        taskCategories = card.strings("task_categories")
        taskIDs = card.strings("task_ids")
        sizeCategories = card.strings("size_categories")
        multilinguality = card.strings("multilinguality")
        languageCreators = card.strings("language_creators")
        annotationsCreators = card.strings("annotations_creators")
        sourceDatasets = card.strings("source_datasets")
        paperswithcodeID = card.string("paperswithcode_id")
        configs = card["configs"]?.arrayValue ?? []
        datasetInfo = card["dataset_info"]?.listItems ?? []
        viewer = card["viewer"]?.boolValue
    }
}

extension CardMetadata.SpaceFields {
    init(_ card: JSONObject) {
        title = card.text("title")
        emoji = card.string("emoji")
        colorFrom = card.string("colorFrom")
        colorTo = card.string("colorTo")
        sdk = card.string("sdk")
        sdkVersion = card.text("sdk_version")
        pythonVersion = card.text("python_version")
        appFile = card.string("app_file")
        appPort = card["app_port"]?.intValue
        pinned = card["pinned"]?.boolValue ?? false
        shortDescription = card.string("short_description")
        models = card.strings("models")
        datasets = card.strings("datasets")
    }
}
