// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The trimmed `config` and the `transformersInfo` a model's info carries.
enum ModelInfoConfig {
    /// `nil` when no configuration file says anything clients look at.
    static func config(_ configs: ModelConfigs) -> JSONObject? {
        var out = JSONObject()
        for key in ["architectures", "model_type", "auto_map"] { out[key] = configs.config?[key] }
        if configs.isTimm { out["architecture"] = configs.config?["architecture"] }
        if let method = configs.quantizationMethod {
            var quantization: JSONObject = ["quant_method": .string(method)]
            for key in ["bits", "load_in_4bit", "load_in_8bit"] {
                quantization[key] = configs.config?["quantization_config"]?[key]
            }
            out["quantization_config"] = .object(quantization)
        }
        if let tokenizer = tokenizer(configs.tokenizer) { out["tokenizer_config"] = .object(tokenizer) }
        if let name = configs.diffusersClass { out["diffusers"] = ["_class_name": .string(name)] }
        if let adapter = configs.adapter {
            var peft = JSONObject()
            for key in ["base_model_name_or_path", "task_type", "peft_type"] { peft[key] = adapter[key] }
            if !peft.isEmpty { out["peft"] = .object(peft) }
        }
        return out.isEmpty ? nil : out
    }

    static func transformersInfo(_ configs: ModelConfigs, task: String?) -> JSONObject? {
        let hasCustomCode = configs.config?["auto_map"]?.objectValue
        if let custom = hasCustomCode, let name = custom.keys.first(where: { $0.hasPrefix("AutoModel") }) {
            var info: JSONObject = ["auto_model": .string(name)]
            if let custom = custom[name]?.stringValue { info["custom_class"] = .string(custom) }
            if let task { info["pipeline_tag"] = .string(task) }
            return info
        }
        guard let found = TaskInference.autoClass(configs) else { return nil }
        var info: JSONObject = ["auto_model": .string(found.model)]
        if let task = found.task { info["pipeline_tag"] = .string(task) }
        if let processor = found.processor { info["processor"] = .string(processor) }
        return info
    }

    /// A special token, which is a string or an object with its `content`.
    static func token(_ key: String, _ tokenizer: JSONObject?) -> String? {
        tokenizer?[key]?.stringValue ?? tokenizer?[key]?["content"]?.stringValue
    }

    private static func tokenizer(_ tokenizer: JSONObject?) -> JSONObject? {
        guard let tokenizer else { return nil }
        var out = JSONObject()
        for name in ["bos", "eos", "pad", "unk", "cls", "sep", "mask"] {
            let key = "\(name)_token"
            if let token = token(key, tokenizer) { out[key] = .string(token) }
        }
        out["chat_template"] = tokenizer["chat_template"]
        return out.isEmpty ? nil : out
    }
}
