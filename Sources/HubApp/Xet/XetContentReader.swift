// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix
import Synchronization

/// A file's content, put together from chunks as it is read.
///
/// Memory does not grow with the file: a page of terms, one xorb's layout, and the chunks of one read.
final class XetContentReader: BlobReader {
    /// The most that one read unpacks, in bytes, if more than one chunk is wanted.
    static let maximumRead = 1 << 20

    let size: Int64
    private let source: XorbSource
    private let terms: any TermSource

    private struct State {
        var page: [XetTermRecord] = []
        var xorb: (id: Int64, open: OpenXorb)?
        /// The chunk that a read ended within, and where in the file it begins.
        var last: (start: Int64, bytes: ByteBuffer)?
    }

    private let state = Mutex(State())

    init(size: Int64, terms: any TermSource, source: XorbSource) {
        self.size = size
        self.terms = terms
        self.source = source
    }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard offset >= 0, offset <= size, count >= 0 else {
            throw HubError(.rangeNotSatisfiable, "There is nothing at \(offset) in \(size) bytes", totalSize: size)
        }
        guard offset < size, count > 0 else { return ByteBuffer() }
        if let kept = kept(at: offset, upTo: count) { return kept }
        let term = try await term(at: offset)
        let xorb = try await open(term.xorb)
        let layout = xorb.known.layout
        guard let whole = layout.unpackedRange(of: term.chunks), Int64(whole.count) == term.size else {
            throw HubError(.corrupt, "A file's term does not fit its xorb \(xorb.known.record.hash)")
        }
        // Within the xorb's unpacked bytes.
        let position = whole.lowerBound + Int(offset - term.start)
        let first = layout.chunk(at: position, in: term.chunks)
        let end = layout.lastChunk(endingBy: position + min(count, Self.maximumRead), from: first, in: term.chunks)
        guard let place = layout.unpackedRange(of: first..<end) else {
            throw HubError(.corrupt, "A file's term does not fit its xorb \(xorb.known.record.hash)")
        }
        let packed = try await xorb.records(first..<end)
        var bytes = try await Self.unpack(packed, length: place.count)
        let begins = term.start + Int64(place.lowerBound - whole.lowerBound)
        // Only a read that is shorter than one chunk leaves something over.
        if place.upperBound - position > count {
            let rest = bytes
            state.withLock { $0.last = (begins, rest) }
        }
        bytes.moveReaderIndex(forwardBy: position - place.lowerBound)
        return bytes.readSlice(length: min(count, bytes.readableBytes)) ?? bytes
    }

    private func kept(at offset: Int64, upTo count: Int) -> ByteBuffer? {
        state.withLock { state in
            guard let last = state.last, offset >= last.start,
                offset - last.start < Int64(last.bytes.readableBytes)
            else { return nil }
            let skipped = Int(offset - last.start)
            return last.bytes.getSlice(
                at: last.bytes.readerIndex + skipped,
                length: min(count, last.bytes.readableBytes - skipped)
            )
        }
    }

    private func term(at offset: Int64) async throws -> XetTermRecord {
        func find(_ page: [XetTermRecord]) -> XetTermRecord? {
            page.first { $0.start <= offset && offset - $0.start < $0.size }
        }
        if let term = state.withLock({ find($0.page) }) { return term }
        let page = try await terms.terms(from: offset)
        state.withLock { $0.page = page }
        guard let term = find(page) else { throw HubError(.corrupt, "A file made of chunks has a hole at \(offset)") }
        return term
    }

    private func open(_ id: Int64) async throws -> OpenXorb {
        if let (known, open) = state.withLock({ $0.xorb }), known == id { return open }
        let open = try await source.open(id)
        state.withLock { $0.xorb = (id, open) }
        return open
    }

    /// Off the event loops: decompression.
    private static func unpack(_ packed: ByteBuffer, length: Int) async throws -> ByteBuffer {
        try await NIOThreadPool.singleton.runIfActive {
            var bytes = ByteBufferAllocator().buffer(capacity: length)
            var rest = packed
            while rest.readableBytes > 0 {
                let record = try ChunkRecord(header: rest)
                rest.moveReaderIndex(forwardBy: ChunkRecord.headerLength)
                guard let payload = rest.readSlice(length: record.packedLength) else {
                    throw HubError(.corrupt, "A stored chunk is cut short")
                }
                try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: record.unpackedLength) { room in
                    try payload.withUnsafeReadableBytes {
                        try record.unpack(
                            $0,
                            into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(record.unpackedLength))
                        )
                    }
                    return record.unpackedLength
                }
            }
            guard bytes.readableBytes == length else {
                throw HubError(.corrupt, "Stored chunks are not as long as their layout says")
            }
            return bytes
        }
    }
}
