// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@Suite struct SafetensorsHeaderTests {
    private func parse(_ json: String, dataSize: Int64, length: UInt64? = nil) throws -> SafetensorsHeader {
        let count = length ?? UInt64(json.utf8.count)
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: count >> (UInt64($0) * 8)) }
        return try SafetensorsHeader(
            parsing: prefix + Array(json.utf8),
            fileSize: Int64(8 + json.utf8.count) + dataSize
        )
    }

    @Test func `a header gives tensors and counts`() throws {
        let header = try parse(
            #"""
            {"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},
            "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"s":{"dtype":"I64","shape":[],"data_offsets":[28,36]}}
            """#,
            dataSize: 36
        )
        #expect(header.tensors.map(\.name) == ["a", "b", "s"])
        #expect(header.parameterCounts == [.f32: 6, .f16: 2, .i64: 1])
        #expect(header.totalParameters == 9)
        #expect(header.metadata == ["format": "pt"])
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, SafetensorsError.sizeMismatch(tensor: "a")),
        (#"{"a":{"dtype":"F9","shape":[1],"data_offsets":[0,4]}}"#, 4, .unknownDType(tensor: "a", dtype: "F9")),
        (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,4]}}"#, 4, .badShape(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, 4, .badOffsets(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, 6, .hole(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 3, .outOfRange(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 5, .trailingBytes),
        (#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2, .misaligned(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4, .sizeOverflow(tensor: "a")),
        (#"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, 4, .sizeOverflow(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,4]}}"#, 4, .badEntry(tensor: "a")),
        (#"{"a":{"dtype":"U8","shape":[4]}}"#, 4, .badEntry(tensor: "a")),
        (#"{"a":[]}"#, 0, .badEntry(tensor: "a")),
        (#"{"__metadata__":{"n":1}}"#, 0, .badMetadata),
        (#"[]"#, 0, .headerNotObject),
        (
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
            6, .overlap(tensor: "b")
        ),
    ])
    func `a malformed header is refused`(json: String, dataSize: Int64, expected: SafetensorsError) {
        #expect(throws: expected) { try parse(json, dataSize: dataSize) }
    }

    @Test func `a length past the limit or the file is refused`() {
        #expect(throws: SafetensorsError.headerTooLarge(.max)) { try parse("{}", dataSize: 0, length: .max) }
        #expect(throws: SafetensorsError.truncatedHeader) { try parse("{}", dataSize: 0, length: 3) }
        #expect(throws: SafetensorsError.truncatedHeader) { try parse("{}", dataSize: 10, length: 3) }
        #expect(throws: SafetensorsError.truncatedHeader) { try SafetensorsHeader(parsing: [1, 2], fileSize: 2) }
    }

    @Test func `an index lists each shard once`() throws {
        let json = #"{"metadata":{"total_size":8},"weight_map":{"a":"m-2","b":"m-1","c":"m-2"}}"#
        let index = try SafetensorsIndex(parsing: json.utf8)
        #expect(index.files == ["m-1", "m-2"])
        #expect(index.totalSize == 8)
        #expect(throws: SafetensorsError.badIndex) { try SafetensorsIndex(parsing: #"{"weight_map":{"a":1}}"#.utf8) }
    }
}
