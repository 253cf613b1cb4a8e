// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Which files' requests count as a download of the repo.
///
/// As on the Hugging Face Hub: for a model, the file its library reads first, so that loading a checkpoint of many
/// shards counts once; for datasets and spaces, any file. Together with the five-minute window of ``DownloadCounter``.
enum QueryFiles {
    private static let byDefault: Set<String> = [
        "config.json", "config.yaml", "hyperparams.yaml", "params.json", "meta.yaml",
    ]

    /// Libraries that read something else first.
    private static let byLibrary: [String: @Sendable (RepoPath) -> Bool] = [
        "diffusers": { $0.text == "model_index.json" },
        "timm": { ["pytorch_model.bin", "model.safetensors"].contains($0.text) },
        "open_clip": { ["open_clip_pytorch_model.bin", "open_clip_model.safetensors"].contains($0.text) },
        "peft": { $0.text == "adapter_config.json" },
        "gguf": { $0.fileExtension == "gguf" },
        "onnx": { $0.fileExtension == "onnx" },
        "ultralytics": { $0.fileExtension == "pt" },
        "keras": { ["keras_metadata.pb", "config.json", "saved_model.pb"].contains($0.lastSegment) },
    ]

    static func counts(_ path: RepoPath, kind: RepoKind, library: String?) -> Bool {
        guard kind == .model else { return true }
        if let library, let rule = byLibrary[library] { return rule(path) }
        return byDefault.contains(path.text)
    }
}
