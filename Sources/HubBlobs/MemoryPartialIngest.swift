// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

/// What all users of one upload in parts share.
final class MemoryPartialUpload: Sendable {
    struct State {
        var parts: [Int: ByteBuffer] = [:]
        var touched: Timestamp
        var users = 0
        var isPublished = false
        var isDropped = false
    }

    let id: BlobID
    let geometry: PartGeometry
    let state: Mutex<State>

    init(id: BlobID, geometry: PartGeometry, touched: Timestamp) {
        self.id = id
        self.geometry = geometry
        state = Mutex(State(touched: touched))
    }
}

/// One user's handle on an upload in parts into memory.
final class MemoryPartialIngest: PartialBlobIngest {
    private let upload: MemoryPartialUpload
    private let blobs: MemoryBlobs

    init(_ upload: MemoryPartialUpload, blobs: MemoryBlobs) {
        self.upload = upload
        self.blobs = blobs
    }

    deinit { upload.state.withLock { $0.users -= 1 } }

    var partCount: Int { upload.geometry.partCount }

    func length(ofPart number: Int) -> Int64? { upload.geometry.length(ofPart: number) }

    func hasPart(_ number: Int) async throws -> Bool {
        upload.state.withLock { $0.isPublished ? length(ofPart: number) != nil : $0.parts[number] != nil }
    }

    func writePart<Chunks: AsyncSequence & Sendable>(_ number: Int, _ chunks: Chunks) async throws
    where Chunks.Element == ByteBuffer {
        let length = try upload.geometry.requiredLength(ofPart: number)
        try upload.state.withLock { state in
            try state.requireOpen()
            state.parts[number] = nil
        }
        var bytes = ByteBuffer()
        for try await chunk in chunks {
            guard Int64(chunk.readableBytes) <= length - Int64(bytes.readableBytes) else {
                throw PartGeometry.longPart(number, length: length)
            }
            bytes.writeImmutableBuffer(chunk)
        }
        let received = Int64(bytes.readableBytes)
        guard received == length else { throw PartGeometry.shortPart(number, length: length, got: received) }
        try upload.state.withLock { state in
            try state.requireOpen()
            state.parts[number] = bytes
            state.touched = blobs.clock.now
        }
    }

    func finish() async throws {
        let geometry = upload.geometry
        try upload.state.withLock { state in
            if state.isPublished { return }
            if let entry = blobs.entry(upload.id), Int64(entry.bytes.readableBytes) == geometry.size {
                blobs.put(upload.id, entry.bytes)
                state.isPublished = true
                return
            }
            try state.requireOpen()
            try geometry.requireAll(Set(state.parts.keys))
            var bytes = ByteBuffer()
            for number in 0..<geometry.partCount {
                if let part = state.parts[number + 1] { bytes.writeImmutableBuffer(part) }
            }
            do {
                _ = try IngestCheck.identity(
                    bytes.sha256(),
                    size: Int64(bytes.readableBytes),
                    expectedID: upload.id,
                    expectedSize: geometry.size
                )
            } catch {
                state.drop()
                blobs.forget(upload)
                throw error
            }
            blobs.put(upload.id, bytes)
            state.isPublished = true
            state.parts = [:]
        }
        blobs.forget(upload)
    }

    func cancel() async {
        upload.state.withLock { if !$0.isPublished { $0.drop() } }
        blobs.forget(upload)
    }
}

extension MemoryPartialUpload.State {
    fileprivate mutating func drop() {
        isDropped = true
        parts = [:]
    }

    fileprivate func requireOpen() throws {
        if isPublished { throw HubError(.conflict, "The upload is complete and takes no more parts") }
        if isDropped { throw HubError(.conflict, "The upload was cancelled or failed; start it again") }
    }
}
