// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import HubTransfer
import NIOCore

/// `Fixtures/xet/vectors.json`, and the inputs it speaks of.
enum XetVectors {
    static let all: JSONValue = {
        do {
            return try JSONValue(parsing: FixtureFile.bytes("xet/vectors.json"))
        } catch {
            fatalError("Fixtures/xet/vectors.json: \(error)")
        }
    }()

    static func list(_ key: String) -> [JSONValue] { all[key]?.arrayValue ?? [] }

    static func hash(_ value: JSONValue?) throws -> XetHash {
        guard let text = value?.stringValue, let hash = XetHash(string: text) else { throw NotAHash() }
        return hash
    }

    struct NotAHash: Error {}

    static func bytes(_ value: JSONValue?) -> [UInt8] { value?.stringValue.flatMap { Hex.decode($0) } ?? [] }

    static func numbers(_ value: JSONValue?) -> [Int] {
        (value?.arrayValue ?? []).compactMap { $0.intValue.map(Int.init) }
    }

    /// The splitmix64 stream, little-endian.
    static func random(seed: UInt64, count: Int) -> [UInt8] {
        var state = seed
        let words = (0..<(count + 7) / 8).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return (word ^ word >> 31).littleEndian
        }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    /// The files of the vectors, by name.
    static func file(_ name: String) -> [UInt8] {
        switch name {
        case "x": return Array("x".utf8)
        case "hello": return Array("hello world".utf8)
        case "abc3000": return Array(String(repeating: "abc", count: 1000).utf8)
        case "const59_1000000": return [UInt8](repeating: 59, count: 1_000_000)
        case _ where name.hasPrefix("sm"):
            let parts = name.dropFirst(2).split(separator: "_").compactMap { UInt64($0) }
            return random(seed: parts.first ?? 0, count: Int(parts.last ?? 0))
        default: return []
        }
    }

    /// The chunks of a file, fed in pieces of `piece` bytes.
    static func chunks(of bytes: [UInt8], piece: Int = .max) -> [Range<Int>] {
        var chunker = GearChunker()
        var out: [Range<Int>] = []
        bytes.withUnsafeBytes { bytes in
            var start = 0
            var at = 0
            while at < bytes.count {
                let end = at + min(piece, bytes.count - at)
                if let cut = chunker.scan(UnsafeRawBufferPointer(rebasing: bytes[at..<end])) {
                    at += cut
                    out.append(start..<at)
                    start = at
                } else {
                    at = end
                }
            }
            if chunker.openLength > 0 { out.append(start..<bytes.count) }
        }
        return out
    }

    static func chunkHash(_ bytes: some Collection<UInt8>) -> XetHash {
        Array(bytes).withUnsafeBytes { XetHashing.chunkHash($0) }
    }

    /// A xorb of these chunks.
    static func xorb(
        _ chunks: [[UInt8]],
        compression: XorbBuilder.Compression = .automatic
    ) -> (body: [UInt8], layout: XorbLayout) {
        var builder = XorbBuilder()
        for chunk in chunks {
            chunk.withUnsafeBytes { _ = builder.append(chunk: $0, hash: chunkHash(chunk), compression: compression) }
        }
        let (body, layout) = builder.finish()
        return (Array(body.readableBytesView), layout)
    }
}
