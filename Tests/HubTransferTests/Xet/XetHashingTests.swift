// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
import HubCore
import HubTransfer
import Testing

@Suite struct XetHashingTests {
    private let key = Array("whats the Elvish word for friend".utf8)

    private func keyed(_ path: hub_blake3_path, _ bytes: ArraySlice<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            bytes.withUnsafeBufferPointer {
                hub_blake3_keyed_on(path, key, $0.baseAddress, $0.count, output.baseAddress)
            }
            count = 32
        }
    }

    @Test(arguments: XetVectors.list("blake3")) func `BLAKE3 agrees with the reference`(vector: JSONValue) throws {
        let count = try #require(vector["len"]?.intValue)
        let input = (0..<Int(count)).map { UInt8($0 % 251) }
        #expect(input.withUnsafeBytes { XetHashing.keyed(key, $0) }.bytes == XetVectors.bytes(vector["keyed_raw"]))
    }

    @Test func `every path of this machine hashes every length alike`() {
        let input = XetVectors.random(seed: 7, count: 600_000)
        // All tails of the first leaves, then odd steps across several subtrees of 128 KiB.
        let lengths = Array(0...4200) + Array(stride(from: 4211, through: 600_000, by: 7919)) + [131_072, 262_144]
        for path in 1...hub_blake3_best().rawValue {
            let different = lengths.filter {
                keyed(hub_blake3_path(path), input[..<$0]) != keyed(hub_blake3_scalar, input[..<$0])
            }
            #expect(different.isEmpty, "path \(path)")
        }
    }

    @Test func `text is the lanes as numbers, in either case`() throws {
        let bytes = [UInt8](0..<32)
        let text = "07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918"
        let hash = try #require(XetHash(bytes: bytes))
        #expect(hash.description == text)
        #expect(XetHash(string: text) == hash)
        #expect(XetHash(string: text.uppercased()) == hash)
        #expect(hash.bytes == bytes)
        #expect(hash.remainderLane == 0x1f1e_1d1c_1b1a_1918)
        #expect(XetHash.zero.description == String(repeating: "0", count: 64))
        #expect(XetHash.zero < hash)
    }

    @Test(arguments: ["", "0", String(repeating: "0", count: 63), String(repeating: "g", count: 64), "é"])
    func `anything but 64 digits is no hash`(text: String) {
        #expect(XetHash(string: text) == nil)
        #expect(XetHash(bytes: Array(text.utf8.prefix(31))) == nil)
    }

    @Test(arguments: XetVectors.list("merkle")) func `Merkle roots are the client's`(vector: JSONValue) throws {
        var tree = MerkleRoot()
        for node in vector["nodes"]?.arrayValue ?? [] {
            let pair = try #require(node.arrayValue)
            tree.append(try XetVectors.hash(pair.first), length: UInt64(try #require(pair.last?.intValue)))
        }
        #expect(tree.root() == (try XetVectors.hash(vector["xorb"])))
        let unsalted = try #require(vector["file_by_salt"]?.arrayValue?.first?.arrayValue)
        #expect(unsalted.first?.stringValue == XetHash.zero.description)
        #expect(tree.fileHash() == (try XetVectors.hash(unsalted.last)))
    }

    @Test func `a root may be asked for at any time and the list go on`() {
        let hashes = (0..<150).map { XetVectors.chunkHash([UInt8($0 & 0xff), UInt8($0 >> 8)]) }
        var growing = MerkleRoot()
        for (index, hash) in hashes.enumerated() {
            growing.append(hash, length: UInt64(index))
            #expect(growing.root() == plainRoot(hashes[...index].enumerated().map { ($1, $0) }))
        }
    }

    private let nodeKey: [UInt8] = [
        1, 126, 197, 199, 165, 71, 41, 150, 253, 148, 102, 102, 180, 138, 2, 230,
        93, 221, 83, 111, 55, 199, 109, 210, 248, 99, 82, 230, 74, 83, 113, 63,
    ]

    /// The rule as the specification words it, list by list.
    private func plainRoot(_ nodes: [(XetHash, Int)]) -> XetHash {
        var nodes = nodes
        while nodes.count > 1 {
            var next: [(XetHash, Int)] = []
            var rest = nodes[...]
            while !rest.isEmpty {
                var size = min(9, rest.count)
                if let end = rest.prefix(size).dropFirst(2).firstIndex(where: { $0.0.remainderLane % 4 == 0 }) {
                    size = end - rest.startIndex + 1
                }
                let text = rest.prefix(size).map { "\($0.0) : \($0.1)\n" }.joined()
                let hash = Array(text.utf8).withUnsafeBytes { XetHashing.keyed(nodeKey, $0) }
                next.append((hash, rest.prefix(size).reduce(0) { $0 + $1.1 }))
                rest = rest.dropFirst(size)
            }
            nodes = next
        }
        return nodes.first?.0 ?? .zero
    }
}
