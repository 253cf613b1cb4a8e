// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Which shard holds which tensor: the content of `model.safetensors.index.json`.
public struct SafetensorsIndex: Sendable, Hashable {
    /// Shards, sorted, each once. Paths relative to the index file.
    public let files: [String]
    /// The shard of each tensor.
    public let weightMap: [String: String]
    /// `metadata.total_size`, in bytes, when given.
    public let totalSize: Int64?

    /// Parses the bytes of an index file.
    public init(parsing bytes: some Collection<UInt8>) throws(SafetensorsError) {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONValue(parsing: bytes)
        } catch {
            throw .invalidJSON(error)
        }
        guard let members = root["weight_map"]?.objectValue else { throw .badIndex }
        var weightMap: [String: String] = [:]
        for (tensor, file) in members {
            guard let file = file.stringValue, !file.isEmpty else { throw .badIndex }
            weightMap[tensor] = file
        }
        self.weightMap = weightMap
        files = Set(weightMap.values).sorted()
        totalSize = root["metadata"]?["total_size"]?.intValue
    }
}
