// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension RepoMetadata {
    /// Larger files are not to be read, in bytes.
    public static let maximumFileSize: Int64 = 2 << 20
    /// More safetensors headers than this are not read.
    public static let maximumHeaders = 500

    private static let indexName = "model.safetensors.index.json"

    private static let wantedNames = [
        "README.md", "config.json", "model_index.json", "adapter_config.json", "open_clip_config.json",
        "tokenizer_config.json", "preprocessor_config.json", "processor_config.json",
        "config_sentence_transformers.json", "modules.json", indexName,
    ]

    /// The small files `build` looks at, of those the commit has.
    public static func wantedFiles(in paths: [String]) -> [String] {
        let wanted = Set(wantedNames)
        return paths.filter { wanted.contains($0) || EvalResults.isOne($0) }
    }

    /// The files whose safetensors headers `build` sums up: the shards of an index, else the one file of the root.
    ///
    /// - Parameters:
    ///   - paths: Every file of the commit.
    ///   - read: The content of `wantedFiles(in:)`; the index is found there.
    public static func wantedSafetensors(
        in paths: [String],
        read: [String: [UInt8]]
    ) -> [String] {
        let present = Set(paths.lazy.filter { $0.hasSuffix(".safetensors") })
        // Losing the error is right: with a broken index there is no sum, and nothing else depends on it.
        if let bytes = read[indexName], let index = try? SafetensorsIndex(parsing: bytes) {
            let shards = index.files
            // A part of the shards would give a wrong sum.
            return shards.count <= maximumHeaders && shards.allSatisfy(present.contains) ? shards : []
        }
        for name in ["model.safetensors", "open_clip_model.safetensors", "adapter_model.safetensors"]
        where present.contains(name) {
            return [name]
        }
        let inRoot = present.filter { !$0.utf8.contains(UInt8(ascii: "/")) }
        return inRoot.count == 1 ? Array(inRoot) : []
    }
}
