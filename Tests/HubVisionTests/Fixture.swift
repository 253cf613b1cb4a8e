// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import HubVision

/// Files of `Fixtures/vision`.
enum Fixture {
    typealias Missing = FixtureFile.Missing

    static let folder = FixtureFile.folder + "/vision"

    static func exists(_ path: String) -> Bool { FixtureFile.exists("vision/\(path)") }

    static func bytes(_ path: String) throws -> [UInt8] { try FixtureFile.bytes("vision/\(path)") }

    static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

    /// `nil` when there is no such file.
    static func jsonIfThere(_ path: String) throws -> JSONValue? { exists(path) ? try json(path) : nil }

    static func photo(_ name: String) throws -> Image { try ImageDecoder().decode(bytes("_images/\(name).png")) }

    /// The tensors of a safetensors file that we wrote ourselves.
    static func tensors(_ path: String) throws -> [String: Tensor] {
        let bytes = try bytes(path)
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONValue(parsing: bytes[8..<(8 + length)])
        var tensors: [String: Tensor] = [:]
        for (name, entry) in header.objectValue ?? [:] where name != "__metadata__" {
            let shape = (entry["shape"]?.arrayValue ?? []).compactMap { $0.intValue.map(Int.init) }
            let offsets = (entry["data_offsets"]?.arrayValue ?? []).compactMap { $0.intValue.map(Int.init) }
            let data = Array(bytes[(8 + length + offsets[0])..<(8 + length + offsets[1])])
            let types: [String: ElementType] = [
                "F32": .float32, "I64": .int64, "BF16": .bfloat16, "F16": .float16, "U8": .uint8, "BOOL": .bool,
            ]
            guard let type = types[entry["dtype"]?.stringValue ?? ""] else { throw Missing(path: "\(path): \(name)") }
            let memory = data.withUnsafeBytes { source in
                TensorMemory(count: source.count) { $0.copyMemory(from: source) }
            }
            tensors[name] = Tensor(type: type, shape: shape, memory: memory)
        }
        return tensors
    }

    /// The cases of a fixture: those that have a safetensors file below `expected`, and what `meta.json` says of them.
    static func cases(_ name: String) throws -> [String: JSONValue] {
        let cases = try json("\(name)/expected/meta.json")["cases"]?.objectValue ?? [:]
        return Dictionary(uniqueKeysWithValues: cases.map { ($0.key, $0.value) })
            .filter { exists("\(name)/expected/\($0.key).safetensors") }
    }
}

extension Tensor {
    var floats: [Float] { asFloat32()?.withFloats { Array($0) } ?? [] }
    var integers: [Int64] { withIntegers { Array($0) } ?? [] }
}
