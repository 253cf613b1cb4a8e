// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore

/// Opens stored xorbs for reading.
struct XorbSource: Sendable {
    let store: MetadataStore
    /// Where the bytes are.
    let files: any BlobStore
    let cache: LayoutCache
    let damage: DamageNotes

    /// A xorb's layout.
    /// - Throws: ``HubError/Code/corrupt`` if there is none: then a file names what is not there.
    func known(_ id: Int64) async throws -> KnownXorb {
        if let known = cache.find(id) { return known }
        let rows = try await store.read { tx in (try tx.xorb(id), try tx.xorbLayout(id)) }
        guard let record = rows.0, let stored = rows.1 else {
            throw HubError(.corrupt, "A file is made of chunks that are not there")
        }
        let known = KnownXorb(
            record: record,
            layout: try XorbLayout(footer: stored.layout),
            checks: CRC32C.decode(stored.checks)
        )
        guard known.layout.hash == record.hash, known.layout.chunkCount == record.chunkCount,
            known.checks.count == record.chunkCount
        else { throw HubError(.corrupt, "The layout of the xorb \(record.hash) is damaged") }
        cache.keep(known)
        return known
    }

    func open(_ id: Int64) async throws -> OpenXorb {
        let known = try await known(id)
        do {
            return OpenXorb(known, body: try await files.open(known.record.body), damage: damage)
        } catch let error as HubError where error.code == .notFound {
            // A push that repaired it may have given it another body since.
            cache.forget(id)
            let again = try await self.known(id)
            if again.record.body != known.record.body, let body = try? await files.open(again.record.body) {
                return OpenXorb(again, body: body, damage: damage)
            }
            try await damage.note(known.record.body, "missing")
            throw HubError(.corrupt, "The bytes of the xorb \(known.record.hash) are missing", cause: error)
        }
    }
}

/// A xorb whose bytes can be read, chunk by chunk, each checked before it is handed out.
struct OpenXorb: Sendable {
    let known: KnownXorb
    private let body: any BlobReader
    private let damage: DamageNotes

    init(_ known: KnownXorb, body: any BlobReader, damage: DamageNotes) {
        self.known = known
        self.body = body
        self.damage = damage
    }

    /// The packed chunks, headers included.
    /// - Throws: ``HubError/Code/corrupt`` if they are not as they came; then they are put on record as damaged.
    func records(_ chunks: Range<Int>) async throws -> ByteBuffer {
        guard let packed = known.layout.packedRange(of: chunks) else {
            throw HubError(.corrupt, "The xorb \(known.record.hash) has no chunks \(chunks)")
        }
        let bytes: ByteBuffer
        if let start = known.record.rawOffset {
            bytes = try await stored(chunks, from: start, capacity: packed.count)
        } else {
            bytes = try await read(at: Int64(packed.lowerBound), count: packed.count)
        }
        try await check(bytes, chunks, from: packed.lowerBound)
        return bytes
    }

    /// Chunks that lie in a file as they are, with the headers they have in a xorb.
    private func stored(_ chunks: Range<Int>, from start: Int64, capacity: Int) async throws -> ByteBuffer {
        guard let unpacked = known.layout.unpackedRange(of: chunks) else {
            throw HubError(.corrupt, "The xorb \(known.record.hash) has no chunks \(chunks)")
        }
        var raw = try await read(at: start + Int64(unpacked.lowerBound), count: unpacked.count)
        var bytes = ByteBufferAllocator().buffer(capacity: capacity)
        for chunk in chunks {
            guard let length = known.layout.unpackedLength(of: chunk..<chunk + 1),
                var content = raw.readSlice(length: length)
            else { throw HubError(.corrupt, "A stored file is shorter than its chunks") }
            bytes.writeBytes(ChunkRecord.storedHeader(length: length))
            bytes.writeBuffer(&content)
        }
        return bytes
    }

    private func read(at offset: Int64, count: Int) async throws -> ByteBuffer {
        if let bytes = try await body.read(at: offset, exactly: count) { return bytes }
        try await damage.note(known.record.body, "shorter than its chunks")
        throw HubError(.corrupt, "The bytes of the xorb \(known.record.hash) end too early")
    }

    private func check(_ bytes: ByteBuffer, _ chunks: Range<Int>, from start: Int) async throws {
        let isWhole = bytes.withUnsafeReadableBytes { bytes in
            chunks.allSatisfy { chunk in
                guard let place = known.layout.packedRange(of: chunk..<chunk + 1), chunk < known.checks.count else {
                    return false
                }
                let part = UnsafeRawBufferPointer(
                    rebasing: bytes[place.lowerBound - start..<place.upperBound - start]
                )
                return CRC32C.of(part) == known.checks[chunk]
            }
        }
        guard !isWhole else { return }
        try await damage.note(known.record.body, "chunks of the xorb \(known.record.hash) are not as they came")
        throw HubError(
            .corrupt,
            "Stored chunks are damaged and are not served. Pushing the same file again repairs it."
        )
    }
}
