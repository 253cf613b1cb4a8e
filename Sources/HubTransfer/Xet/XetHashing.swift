// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
public import HubCore

/// The hashes of the Xet protocol: BLAKE3 with one key for each use, so that no hash can pass for one of another kind.
public enum XetHashing {
    private static let chunkKey: [UInt8] = [
        102, 151, 245, 119, 91, 149, 80, 222, 49, 53, 203, 172, 165, 151, 24, 28,
        157, 228, 33, 16, 155, 235, 43, 88, 180, 208, 176, 75, 147, 173, 242, 41,
    ]
    private static let nodeKey: [UInt8] = [
        1, 126, 197, 199, 165, 71, 41, 150, 253, 148, 102, 102, 180, 138, 2, 230,
        93, 221, 83, 111, 55, 199, 109, 210, 248, 99, 82, 230, 74, 83, 113, 63,
    ]
    private static let rangeKey: [UInt8] = [
        127, 24, 87, 214, 206, 86, 237, 102, 18, 127, 249, 19, 231, 165, 195, 243,
        164, 205, 38, 213, 181, 219, 73, 230, 65, 36, 152, 127, 40, 251, 148, 195,
    ]
    private static let fileKey = [UInt8](repeating: 0, count: XetHash.byteCount)

    /// The name of a chunk, from its unpacked bytes.
    public static func chunkHash(_ bytes: UnsafeRawBufferPointer) -> XetHash {
        keyed(chunkKey, bytes)
    }

    /// The name of a file, from the Merkle root over all its chunks: ``XetHash/zero`` for an empty one.
    public static func fileHash(root: XetHash, isEmpty: Bool) -> XetHash {
        isEmpty ? .zero : root.withUnsafeBytes { keyed(fileKey, $0) }
    }

    /// What shows that a client knows the chunks of a term: the hash over their hashes, in order.
    public static func rangeHash(_ chunks: some Sequence<XetHash>) -> XetHash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunks.underestimatedCount * XetHash.byteCount)
        for chunk in chunks { chunk.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes.withUnsafeBytes { keyed(rangeKey, $0) }
    }

    /// A chunk's hash as an answer about duplicates carries it: only who knows the chunk's own hash can match it.
    public static func masked(_ chunk: XetHash, key: XetHash) -> XetHash {
        key.withUnsafeBytes { key in
            chunk.withUnsafeBytes { keyed(key, $0) }
        }
    }

    /// An inner node of the tree whose root names a xorb or file, from its lines.
    static func nodeHash(_ text: [UInt8]) -> XetHash {
        text.withUnsafeBytes { keyed(nodeKey, $0) }
    }

    /// Plain keyed BLAKE3.
    /// - Parameter key: 32 bytes.
    public static func keyed(_ key: [UInt8], _ bytes: UnsafeRawBufferPointer) -> XetHash {
        key.withUnsafeBytes { keyed($0, bytes) }
    }

    private static func keyed(_ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> XetHash {
        precondition(key.count == XetHash.byteCount, "a BLAKE3 key has 32 bytes")
        var lanes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &lanes) { output in
            hub_blake3_keyed(
                key.bindMemory(to: UInt8.self).baseAddress,
                bytes.bindMemory(to: UInt8.self).baseAddress,
                bytes.count,
                output.bindMemory(to: UInt8.self).baseAddress
            )
        }
        return XetHash(
            lanes: (
                UInt64(littleEndian: lanes.0), UInt64(littleEndian: lanes.1), UInt64(littleEndian: lanes.2),
                UInt64(littleEndian: lanes.3)
            )
        )
    }
}
