// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The configuration files of a model repo, those that are there and are JSON objects.
struct ModelConfigs: Sendable {
    let config: JSONObject?
    let modelIndex: JSONObject?
    let adapter: JSONObject?
    let openCLIP: JSONObject?
    let tokenizer: JSONObject?
    let processor: JSONObject?
    let hasSentenceTransformers: Bool

    /// A file that is not JSON is as good as absent: the commit must not fail for it.
    init(_ read: [String: [UInt8]]) {
        func object(_ path: String) -> JSONObject? {
            // Losing the error is right: nobody can act on it here, and the file page shows the file as it is.
            read[path].flatMap { try? JSONValue(parsing: $0) }?.objectValue
        }
        config = object("config.json")
        modelIndex = object("model_index.json")
        adapter = object("adapter_config.json")
        openCLIP = object("open_clip_config.json")
        tokenizer = object("tokenizer_config.json")
        processor = object("preprocessor_config.json") ?? object("processor_config.json")
        hasSentenceTransformers =
            read["config_sentence_transformers.json"] != nil
            || (read["modules.json"].map { String(decoding: $0, as: UTF8.self).contains("sentence_transformers") }
                ?? false)
    }

    var architecture: String? { config?.strings("architectures").first }
    var modelType: String? { config?.string("model_type") }

    /// timm writes its own name of the network and how it was trained.
    var isTimm: Bool { config?.string("architecture") != nil && config?["pretrained_cfg"]?.objectValue != nil }

    /// The pipeline, or the single part, that diffusers would make.
    var diffusersClass: String? {
        if let name = modelIndex?.string("_class_name") { return name }
        guard config?["_diffusers_version"] != nil else { return nil }
        return config?.string("_class_name")
    }

    var quantizationMethod: String? { config?["quantization_config"]?["quant_method"]?.stringValue }
}
