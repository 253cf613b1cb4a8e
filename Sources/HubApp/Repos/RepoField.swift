// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The fields of a repo's description, by the names that `expand` knows.
enum RepoField: String, CaseIterable, Sendable {
    case author, baseModels, cardData, childrenModelCount, citation, config, createdAt, datasets, description, disabled,
        downloads, downloadsAllTime, evalResults, gated, gguf, inference, inferenceProviderMapping, lastModified
    case libraryName = "library_name"
    case likes, mainSize
    case maskToken = "mask_token"
    case modelIndex = "model-index"
    case modelId, models
    case papersWithCode = "paperswithcode_id"
    case pipelineTag = "pipeline_tag"
    case `private`, region, resourceGroup, runtime, safetensors, sdk, sha, siblings, spaces, subdomain, tags,
        transformersInfo, trendingScore, usedStorage, widgetData, xetEnabled

    private static let common: [RepoField] = [
        .author, .cardData, .createdAt, .disabled, .gated, .lastModified, .likes, .private, .resourceGroup, .sha,
        .siblings, .tags, .trendingScore, .usedStorage, .xetEnabled,
    ]

    /// What `expand` may name, by kind.
    static func allowed(_ kind: RepoKind) -> [RepoField] {
        switch kind {
        case .model:
            common + [
                .baseModels, .childrenModelCount, .config, .downloads, .downloadsAllTime, .evalResults, .gguf,
                .inference, .inferenceProviderMapping, .libraryName, .maskToken, .modelIndex, .pipelineTag,
                .safetensors, .spaces, .transformersInfo, .widgetData,
            ]
        case .dataset:
            common + [.citation, .description, .downloads, .downloadsAllTime, .mainSize, .papersWithCode]
        case .space: common + [.datasets, .models, .region, .runtime, .sdk, .subdomain]
        }
    }

    /// What a description without `expand` says.
    static func ofInfo(_ kind: RepoKind) -> [RepoField] {
        let common: [RepoField] = [.author, .sha, .lastModified, .private, .gated, .disabled, .likes, .tags]
        return switch kind {
        case .model:
            [.modelId] + common + [
                .downloads, .pipelineTag, .libraryName, .modelIndex, .config, .cardData, .transformersInfo, .siblings,
                .spaces, .safetensors, .gguf, .createdAt, .usedStorage,
            ]
        case .dataset: common + [.downloads, .description, .cardData, .siblings, .createdAt, .usedStorage]
        case .space: common + [.sdk, .cardData, .siblings, .runtime, .models, .datasets, .createdAt, .usedStorage]
        }
    }

    /// What an item of a list says; `full` adds what costs more.
    static func ofList(_ kind: RepoKind, full: Bool, cardData: Bool, config: Bool) -> [RepoField] {
        var fields: [RepoField] = [.likes, .trendingScore, .private, .tags, .createdAt]
        switch kind {
        case .model: fields += [.modelId, .downloads, .pipelineTag, .libraryName]
        case .dataset: fields += [.author, .downloads, .sha, .lastModified, .gated, .disabled]
        case .space: fields += [.author, .sdk, .lastModified]
        }
        if full {
            fields += [.author, .sha, .lastModified, .gated, .disabled]
            if kind == .model { fields.append(.siblings) }
            if kind != .model { fields.append(.cardData) }
        }
        if cardData { fields.append(.cardData) }
        if config, kind == .model { fields.append(.config) }
        return fields
    }

    /// - Throws: ``HubError/Code/badRequest`` that lists what there is.
    static func parse(_ names: [String], kind: RepoKind) throws -> [RepoField] {
        let allowed = allowed(kind)
        return try names.map { name in
            guard let field = RepoField(rawValue: name), allowed.contains(field) else {
                let choices = allowed.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: "|")
                throw HubError(.badRequest, "Invalid option: expected one of \(choices) at \"expand\"")
            }
            return field
        }
    }
}
