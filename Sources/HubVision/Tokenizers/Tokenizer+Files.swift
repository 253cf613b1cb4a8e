// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension Tokenizer {
    /// Reads the tokenizer of a model repo: `tokenizer.json`, else the older files of its family.
    ///
    /// Throws `HubError`: `unsupported` when there is none that is known, `unprocessable` for a damaged one.
    public init(_ files: ModelFiles) throws(HubError) {
        let configuration = try files.json("tokenizer_config.json")
        let specialTokens = try files.json("special_tokens_map.json")
        if let json = try files.json("tokenizer.json") {
            try self.init(json: json, configuration: configuration, specialTokens: specialTokens)
        } else if files.has("vocab.txt") {
            try self.init(
                wordPieces: files.text("vocab.txt"),
                configuration: configuration,
                specialTokens: specialTokens
            )
        } else if let vocabulary = try files.json("vocab.json"), files.has("merges.txt") {
            let family = Family(
                tokenizerClass: configuration?["tokenizer_class"]?.stringValue,
                modelType: try files.json("config.json")?["model_type"]?.stringValue
            )
            guard let family else {
                throw HubError(
                    .unsupported,
                    "The model has vocab.json and merges.txt, but nothing says what to do with them"
                )
            }
            try self.init(
                family: family,
                vocabulary: vocabulary,
                merges: files.text("merges.txt"),
                configuration: configuration,
                specialTokens: specialTokens
            )
        } else {
            throw HubError(
                .unsupported,
                "The model has no tokenizer: tokenizer.json, vocab.txt, or vocab.json with merges.txt"
            )
        }
    }
}

extension ModelFiles {
    /// A file as text; bytes that are no UTF-8 are replaced.
    func text(_ name: String) throws(HubError) -> String {
        let memory = try map(name)
        guard memory.bytes.count <= 32 << 20 else { throw HubError(.unprocessable, "\(name) is longer than 32 MiB") }
        return withExtendedLifetime(memory) { String(decoding: memory.bytes, as: UTF8.self) }
    }
}

extension ImageProcessor {
    /// Reads the image processor of a model repo; errors as of `ImageProcessorSettings`.
    public init(_ files: ModelFiles) throws(HubError) {
        try self.init(
            processor: files.json("processor_config.json"),
            preprocessor: files.json("preprocessor_config.json"),
            model: files.json("config.json")
        )
    }
}
