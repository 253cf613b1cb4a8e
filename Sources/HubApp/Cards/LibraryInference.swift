// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Which library loads a model, and which formats its weights come in.
enum LibraryInference {
    /// The card's word counts; without it the files tell. `nil` when they do not.
    static func library(card: CardMetadata?, files: RepoFiles, configs: ModelConfigs) -> String? {
        if let named = card?.model.libraryName { return named }
        if configs.adapter?["peft_type"] != nil || configs.adapter?["base_model_name_or_path"] != nil { return "peft" }
        if configs.diffusersClass != nil { return "diffusers" }
        if configs.hasSentenceTransformers { return "sentence-transformers" }
        if configs.openCLIP != nil { return "open_clip" }
        if configs.isTimm { return "timm" }
        if configs.architecture != nil || configs.modelType != nil { return "transformers" }
        if isUltralytics(card: card, files: files) { return "ultralytics" }
        if files.has(extension: "nemo") { return "nemo" }
        if files.has(extension: "keras") || files.has("keras_metadata.pb") { return "keras" }
        let isLoRA = card?.tags.contains { $0 == "lora" || $0 == "diffusers-lora" } ?? false
        if isLoRA, files.has("pytorch_lora_weights.safetensors") { return "diffusers" }
        return card?.tags.first { Libraries.label(of: $0) != nil && !formatNames.contains($0) }
    }

    private static func isUltralytics(card: CardMetadata?, files: RepoFiles) -> Bool {
        if card?.tags.contains("ultralytics") ?? false { return true }
        return files.contains { name in
            let name = name.lowercased()
            return name.hasPrefix("yolo") && (name.hasSuffix(".pt") || name.hasSuffix(".onnx"))
        }
    }

    private static let formatNames: Set<String> = [
        "pytorch", "tf", "jax", "safetensors", "onnx", "gguf", "openvino", "coreml", "tflite", "tensorboard", "rust",
        "joblib",
    ]

    /// The formats present, in the order tags list them.
    static func formats(files: RepoFiles) -> [String] {
        let tests: [(name: String, isPresent: Bool)] = [
            ("pytorch", isPyTorch(files)),
            ("tf", files.contains { $0 == "tf_model.h5" || $0 == "tf_model.h5.index.json" }),
            ("jax", files.contains { $0 == "flax_model.msgpack" || $0 == "diffusion_flax_model.msgpack" }),
            ("rust", files.contains { $0 == "rust_model.ot" }),
            ("keras", files.has(extension: "keras") || files.has("keras_metadata.pb")),
            ("tf-keras", files.has("saved_model.pb") && files.has("keras_metadata.pb")),
            ("tensorboard", files.contains { $0.hasPrefix("events.out.tfevents") }),
            ("coreml", files.has(extension: "mlmodel") || files.paths.contains { $0.contains(".mlpackage/") }),
            ("onnx", files.has(extension: "onnx")),
            ("safetensors", files.has(extension: "safetensors")),
            ("gguf", files.has(extension: "gguf")),
            ("openvino", files.contains { $0.hasPrefix("openvino_") && $0.hasSuffix(".xml") }),
            ("tflite", files.has(extension: "tflite")),
            ("joblib", files.has(extension: "joblib")),
        ]
        return tests.filter(\.isPresent).map(\.name)
    }

    /// Optimizer and trainer state end in `.bin` and `.pt` too, and are no weights.
    private static func isPyTorch(_ files: RepoFiles) -> Bool {
        let notWeights = ["training_args.bin", "optimizer.pt", "scheduler.pt", "optimizer.bin", "scheduler.bin"]
        return files.contains { name in
            guard name.hasSuffix(".bin") || name.hasSuffix(".pt") || name.hasSuffix(".pth") else { return false }
            return !notWeights.contains { name == $0 } && !name.hasPrefix("rng_state") && !name.hasPrefix("openvino_")
                && !name.hasPrefix("random_states")
        }
    }
}
