// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The tags of a model, in the order lists show them.
enum ModelTags {
    static func build(
        card: CardMetadata?,
        body: String,
        library: String?,
        formats: [String],
        task: String?,
        baseModels: [BaseModelLink],
        configs: ModelConfigs
    ) -> [RepoTag] {
        var list = RepoTagList()
        if let library { list.add(.library, library, label: Libraries.label(of: library)) }
        for format in formats { list.add(.library, format, label: Libraries.label(of: format)) }
        if let modelType = configs.modelType { list.add(.other, modelType) }
        if let task { list.add(.pipelineTag, task, label: PipelineTag.named(task)?.label) }
        for tag in card?.tags ?? [] { list.add(kind(of: tag), tag, label: Libraries.label(of: tag)) }
        if configs.config?["auto_map"] != nil { list.add(.other, "custom_code") }
        if configs.tokenizer?["chat_template"] != nil { list.add(.other, "conversational") }
        for code in card?.languages ?? [] { list.add(.language, code, label: Languages.name(of: code)) }
        list.add(.dataset, prefix: "dataset", card?.model.datasets ?? [])
        list.add(.arxiv, prefix: "arxiv", TextReferences.arxiv(in: body))
        for base in baseModels { list.add(.baseModel, "base_model:\(base.id)", label: base.id) }
        for base in baseModels {
            list.add(.baseModel, "base_model:\(base.relation.rawValue):\(base.id)", label: base.id)
        }
        if let license = card?.license { list.add(.license, "license:\(license)", label: Licenses.name(of: license)) }
        if !(card?.model.evaluations.isEmpty ?? true) { list.add(.modelIndex, "model-index") }
        list.add(.doi, prefix: "doi", TextReferences.doi(in: body))
        for tag in quantization(configs) { list.add(.other, tag) }
        if let name = configs.diffusersClass, configs.modelIndex != nil {
            list.add(.diffusers, "diffusers:\(name)", label: name)
        }
        return list.tags
    }

    private static func kind(of tag: String) -> RepoTag.Kind {
        if PipelineTag.named(tag) != nil { return .pipelineTag }
        return Libraries.label(of: tag) == nil ? .other : .library
    }

    private static func quantization(_ configs: ModelConfigs) -> [String] {
        let settings = configs.config?["quantization_config"]
        switch configs.quantizationMethod {
        case "bitsandbytes"?:
            if settings?["load_in_4bit"]?.boolValue ?? false { return ["4-bit", "bitsandbytes"] }
            return settings?["load_in_8bit"]?.boolValue ?? false ? ["8-bit", "bitsandbytes"] : ["bitsandbytes"]
        case let method?:
            return (settings?["bits"]?.intValue.map { ["\($0)-bit"] } ?? []) + [method]
        case nil: return []
        }
    }
}
