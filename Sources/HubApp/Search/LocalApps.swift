// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Which tags tell that a program on one's own machine can run a model.
enum LocalApps {
    private static let gguf = [
        "llama.cpp", "lmstudio", "localai", "jan", "backyard", "sanctum", "jellybox", "msty", "recursechat", "ollama",
        "node-llama-cpp", "ramalama", "docker-model-runner", "lemonade", "anythingllm",
    ]
    private static let transformers = ["vllm", "sglang", "tgi"]
    private static let diffusers = ["drawthings", "diffusionbee", "joyfusion", "invoke", "diffusion-bee"]
    private static let mlx = ["mlx-lm"]

    /// - Throws: ``HubError/Code/badRequest`` for an app nobody here knows.
    static func tags(_ apps: [String]) throws -> [String] {
        try apps.flatMap { app -> [String] in
            if gguf.contains(app) { return ["gguf"] }
            if transformers.contains(app) { return ["transformers"] }
            if diffusers.contains(app) { return ["diffusers"] }
            if mlx.contains(app) { return ["mlx"] }
            let known = (gguf + transformers + diffusers + mlx).map { "\"\($0)\"" }.joined(separator: "|")
            throw HubError(.badRequest, "Invalid option: expected one of \(known) at \"apps\"")
        }
    }
}
