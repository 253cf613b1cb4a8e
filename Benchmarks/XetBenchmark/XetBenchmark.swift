// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
import Foundation
import HubCore
import HubTransfer
import NIOCore

/// Times one of the inner loops of Xet on one thread: `xet-benchmark CASE SECONDS`.
///
/// Prints bytes a second, of unpacked data, in the best of the passes that fit into the time.
@main
struct XetBenchmark {
    static let length = 16 << 20
    static let key = [UInt8](0..<32)

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first, let seconds = arguments.dropFirst().first.flatMap({ Double($0) }),
            let run = try pass(name)
        else {
            print("usage: xet-benchmark CASE SECONDS\n\(cases.joined(separator: " "))")
            exit(2)
        }
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var best = Duration.seconds(3600)
        repeat {
            best = min(best, try clock.measure { try run() })
        } while clock.now < end
        print(Double(length) / (Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)))
    }

    private static let paths = ["scalar": 0, "lanes4": 1, "lanes8": 2, "lanes16": 3] as [String: UInt32]
    static let cases = [
        "best", "scalar", "lanes4", "lanes8", "lanes16", "chunk", "chunk-and-hash", "verify-random", "verify-floats",
        "pack-floats", "crc64", "crc32c",
    ]

    private static func pass(_ name: String) throws -> (() throws -> Void)? {
        let random = random(length)
        switch name {
        case "scalar", "lanes4", "lanes8", "lanes16", "best":
            let best = hub_blake3_best()
            let path = paths[name].map { hub_blake3_path(rawValue: $0) } ?? best
            guard path.rawValue <= best.rawValue else { throw HubError(.unsupported, "not on this machine") }
            return { hash(random, path) }
        case "chunk": return { _ = chunks(random) { _ in } }
        case "chunk-and-hash": return { _ = chunks(random) { _ = XetHashing.chunkHash($0) } }
        case "verify-random": return verify(random)
        case "verify-floats": return verify(floats(length))
        case "pack-floats":
            let floats = floats(length)
            return { _ = xorb(floats) }
        case "crc64":
            return {
                var sum = CRC64NVME()
                random.withUnsafeBytes { sum.update($0) }
            }
        case "crc32c": return { _ = random.withUnsafeBytes { CRC32C.of($0) } }
        default: return nil
        }
    }

    /// In pieces of 64 KiB, an average chunk.
    private static func hash(_ bytes: [UInt8], _ path: hub_blake3_path) {
        var digest = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeBufferPointer { bytes in
            for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
                hub_blake3_keyed_on(path, key, bytes.baseAddress.map { $0 + start }, 64 << 10, &digest)
            }
        }
    }

    private static func chunks(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        bytes.withUnsafeBytes { bytes in
            var chunker = GearChunker()
            var start = 0
            var count = 0
            while start < bytes.count {
                let end =
                    start + (chunker.scan(UnsafeRawBufferPointer(rebasing: bytes[start...])) ?? bytes.count - start)
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
                count += 1
            }
            return count
        }
    }

    private static func xorb(_ bytes: [UInt8]) -> ByteBuffer {
        var builder = XorbBuilder()
        _ = chunks(bytes) { builder.append(chunk: $0, hash: XetHashing.chunkHash($0)) }
        return builder.finish().body
    }

    /// What a hub does with a xorb that comes in, in pieces as they come from a socket.
    private static func verify(_ bytes: [UInt8]) -> () throws -> Void {
        let body = xorb(bytes)
        return {
            var parser = XorbParser()
            var rest = body
            while let piece = rest.readSlice(length: min(64 << 10, rest.readableBytes)), piece.readableBytes > 0 {
                try parser.feed(piece)
            }
            _ = try parser.finish()
        }
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            let words = UnsafeMutableRawBufferPointer(buffer).bindMemory(to: UInt64.self)
            for index in words.indices { words[index] = generator.next() }
            written = count
        }
    }

    /// Like weights: a smooth exponent, a random mantissa.
    private static func floats(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<count / 4).map { _ in Float.random(in: -0.05...0.05, using: &generator) }
        return values.withUnsafeBytes { Array($0) }
    }
}
