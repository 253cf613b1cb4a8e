// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A memory-mapped safetensors file.
public struct SafetensorsFile: Sendable {
    /// In the order of their bytes.
    public let tensors: [StoredTensor]

    public init(_ name: String, in files: ModelFiles) throws(HubError) {
        let memory = try files.map(name)
        let header: SafetensorsHeader
        do throws(SafetensorsError) {
            header = try withExtendedLifetime(memory) { () throws(SafetensorsError) in
                try SafetensorsHeader(parsing: memory.bytes, fileSize: Int64(memory.bytes.count))
            }
        } catch {
            throw HubError(.unprocessable, "\(name): \(error)")
        }
        // The header vouches that all offsets lie within the file.
        tensors = header.tensors.map { tensor in
            StoredTensor(
                name: tensor.name,
                dtype: tensor.dtype,
                shape: tensor.shape.map { Int($0) },
                memory: memory,
                range: (header.byteCount + Int(tensor.dataOffsets.lowerBound))..<(header.byteCount
                    + Int(tensor.dataOffsets.upperBound))
            )
        }
    }
}

extension SafetensorsFile {
    private static let single = "model.safetensors"
    private static let index = "model.safetensors.index.json"

    /// Whether the model has weights of this kind.
    static func isIn(_ files: ModelFiles) -> Bool { files.has(single) || files.has(index) }

    /// All tensors of a model: in one file, or in those that an index names.
    static func tensors(of files: ModelFiles) throws(HubError) -> [String: StoredTensor] {
        if files.has(single) {
            let file = try SafetensorsFile(single, in: files)
            return Dictionary(file.tensors.map { ($0.name, $0) }) { first, _ in first }
        }
        guard files.has(index) else {
            throw HubError(
                .unsupported,
                "The model has no \(single); only weights in the safetensors format and ONNX files can be run"
            )
        }
        let memory = try files.map(index)
        let map: SafetensorsIndex
        do throws(SafetensorsError) {
            map = try withExtendedLifetime(memory) { () throws(SafetensorsError) in
                try SafetensorsIndex(parsing: memory.bytes.bindMemory(to: UInt8.self))
            }
        } catch {
            throw HubError(.unprocessable, "\(index): \(error)")
        }
        var tensors: [String: StoredTensor] = [:]
        for name in map.files {
            for tensor in try SafetensorsFile(name, in: files).tensors where map.weightMap[tensor.name] == name {
                tensors[tensor.name] = tensor
            }
        }
        for (tensor, file) in map.weightMap where tensors[tensor] == nil {
            throw HubError(.unprocessable, "\(index) places tensor \(tensor) in \(file), which does not hold it")
        }
        return tensors
    }
}
