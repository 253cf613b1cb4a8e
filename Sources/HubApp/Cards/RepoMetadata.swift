// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Everything about a commit that search, lists and pages need, computed from its small files.
public struct RepoMetadata: Sendable, Hashable {
    public let kind: RepoKind
    public let pipelineTag: String?
    public let libraryName: String?
    public let tags: [RepoTag]
    /// The front matter as it is; `nil` when there is none or it is broken.
    public let cardData: JSONObject?
    /// The README below the front matter; empty without one.
    public let cardBody: String
    /// Why the card's metadata was not read. The commit stands all the same.
    public let cardError: String?
    /// The card's fields, typed.
    public let card: CardMetadata?
    /// The `config` of a model's info: the part of its configuration files clients look at.
    public let config: JSONObject?
    /// `{auto_model, pipeline_tag?, processor?, custom_class?}`.
    public let transformersInfo: JSONObject?
    public let maskToken: String?
    public let safetensors: SafetensorsSummary?
    /// The card's `model-index` as it is.
    public let modelIndex: JSONValue?
    public let baseModels: [BaseModelLink]
    public let datasets: [String]
    public let models: [String]
    public let languages: [String]
    public let license: String?

    /// Computes the metadata of a commit; never fails.
    ///
    /// - Parameters:
    ///   - kind: What the repo holds; the same README means different things.
    ///   - paths: Every file of the commit.
    ///   - read: The content of those `wantedFiles(in:)` named, by path. What is missing counts as absent.
    ///   - safetensors: The headers of those `wantedSafetensors(in:read:)` named, by path.
    public static func build(
        kind: RepoKind,
        paths: [String],
        read: [String: [UInt8]],
        safetensors: [String: SafetensorsHeader] = [:]
    ) -> RepoMetadata {
        RepoMetadata(kind: kind, files: RepoFiles(paths), read: read, headers: safetensors)
    }

    private init(
        kind: RepoKind,
        files: RepoFiles,
        read: [String: [UInt8]],
        headers: [String: SafetensorsHeader]
    ) {
        let repoCard = read["README.md"].map { RepoCard(readme: $0) }
        let card = repoCard?.data.map(CardMetadata.init)
        let body = repoCard?.body ?? ""
        self.kind = kind
        self.card = card
        cardData = repoCard?.data
        cardBody = body
        cardError = repoCard?.error
        languages = card?.languages ?? []
        license = card?.license
        guard kind == .model else {
            (pipelineTag, libraryName, config, transformersInfo, maskToken) = (nil, nil, nil, nil, nil)
            (self.safetensors, modelIndex, baseModels) = (nil, nil, [])
            models = kind == .space ? card?.space.models ?? [] : []
            datasets = kind == .space ? card?.space.datasets ?? [] : []
            tags =
                kind == .space
                ? SpaceTags.build(card: card) : DatasetTags.build(card: card, body: body, files: files)
            return
        }
        let configs = ModelConfigs(read)
        let library = LibraryInference.library(card: card, files: files, configs: configs)
        let task = TaskInference.task(card: card, library: library, files: files, configs: configs)
        let formats = LibraryInference.formats(files: files)
        let bases = Self.baseModels(card: card, library: library, formats: formats, configs: configs)
        libraryName = library
        pipelineTag = task
        baseModels = bases
        models = []
        datasets = card?.model.datasets ?? []
        modelIndex = cardData?["model-index"].flatMap { $0.isNull ? nil : $0 }
        config = ModelInfoConfig.config(configs)
        transformersInfo =
            library == "transformers" || configs.architecture != nil
            ? ModelInfoConfig.transformersInfo(configs, task: task) : nil
        maskToken = ModelInfoConfig.token("mask_token", configs.tokenizer)
        self.safetensors = SafetensorsSummary(headers: Array(headers.values), isSharded: headers.count > 1)
        tags = ModelTags.build(
            card: card,
            body: body,
            library: library,
            formats: formats,
            task: task,
            baseModels: bases,
            configs: configs
        )
    }

    /// The card's base models, or the one an adapter names; ids that are paths on somebody's disk are left out.
    private static func baseModels(
        card: CardMetadata?,
        library: String?,
        formats: [String],
        configs: ModelConfigs
    ) -> [BaseModelLink] {
        var ids = card?.model.baseModels ?? []
        if ids.isEmpty, let id = configs.adapter?.string("base_model_name_or_path") { ids = [id] }
        let tags = card?.tags ?? []
        let quantized: Set<String> = [
            "gguf", "awq", "gptq", "exl2", "bitsandbytes", "bnb", "4-bit", "8-bit", "quantized",
        ]
        let relation =
            card?.model.baseModelRelation
            ?? .infer(
                isAdapter: configs.adapter != nil || library == "peft"
                    || tags.contains { $0 == "lora" || $0 == "adapter" },
                isQuantized: configs.quantizationMethod != nil || formats.contains("gguf")
                    || tags.contains { quantized.contains($0.lowercased()) },
                tags: tags
            )
        return ids.prefix(50).filter { id in
            !id.hasPrefix("/") && !id.hasPrefix(".") && id.utf8.count <= 200
                && id.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= 1
                && !id.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\\") })
        }.map { BaseModelLink(relation: relation, id: $0) }
    }
}
