// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer

/// One chunk record: its header, LZ4 frame and byte grouping.
extension FuzzTarget {
    static let chunk = FuzzTarget("chunk", run: ChunkFuzz.run)
}

private enum ChunkFuzz {
    static func run(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            guard let record = try? ChunkRecord(header: UnsafeRawBufferPointer(rebasing: bytes.prefix(8))) else {
                return
            }
            let payload = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(ChunkRecord.headerLength))
            // A wrong length is refused too often to find anything behind it.
            let header = record.scheme == .stored ? [] : Self.header(record, packedLength: payload.count)
            unpack(record, payload)
            if let record = try? header.withUnsafeBytes({ try ChunkRecord(header: $0) }) { unpack(record, payload) }
        }
    }

    private static func header(_ record: ChunkRecord, packedLength: Int) -> [UInt8] {
        func three(_ value: Int) -> [UInt8] { (0..<3).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return [0] + three(packedLength) + [record.scheme.rawValue] + three(record.unpackedLength)
    }

    private static func unpack(_ record: ChunkRecord, _ payload: UnsafeRawBufferPointer) {
        // A guard of 64 bytes on both sides shows what is written outside.
        let margin = 64
        var room = [UInt8](repeating: 0xA5, count: record.unpackedLength + 2 * margin)
        let unpacked: [UInt8]? = room.withUnsafeMutableBytes { room in
            let inside = UnsafeMutableRawBufferPointer(rebasing: room[margin..<margin + record.unpackedLength])
            return (try? record.unpack(payload, into: inside)).map { Array(inside) }
        }
        precondition((room.prefix(margin) + room.suffix(margin)).allSatisfy { $0 == 0xA5 }, "stays in its room")
        guard let unpacked else { return }
        // Packed anew and unpacked, it is what it was.
        var builder = XorbBuilder()
        unpacked.withUnsafeBytes {
            _ = builder.append(chunk: $0, hash: XetHashing.chunkHash($0), compression: .automatic)
        }
        let (body, layout) = builder.finish()
        var parser = XorbParser()
        precondition((try? parser.feed(body)) != nil, "what we pack, we take")
        precondition((try? parser.finish()) == layout, "and it is the same")
    }
}
