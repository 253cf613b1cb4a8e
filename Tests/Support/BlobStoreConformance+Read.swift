// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

extension BlobStoreConformance {
    private static let distantFuture = Timestamp(milliseconds: .max)

    static let readRules: [BlobStoreConformance] = [
        .init("a blob that is not there is nil to size and notFound to open") { store in
            let id = try await store.put(patternBytes(5))
            try await store.delete(id)
            try await store.delete(id)
            try require(try await store.size(of: id) == nil, "it has a size")
            try await requireError(.notFound) { _ = try await store.open(id) }
        },
        .init("reads honour offset, count and end") { store in
            let bytes = patternBytes(1000)
            let reader = try await store.open(try await store.put(bytes))
            try require(try await reader.read(at: 990, upTo: 100) == bytes.getSlice(at: 990, length: 10), "tail")
            try require(try await reader.read(at: 7, upTo: 3) == bytes.getSlice(at: 7, length: 3), "middle")
            try require(try await reader.read(at: 1000, upTo: 1).readableBytes == 0, "end")
            try await requireError(.rangeNotSatisfiable) { _ = try await reader.read(at: 1001, upTo: 1) }
        },
        .init("an open reader outlives its blob") { store in
            let bytes = patternBytes(1000)
            let id = try await store.put(bytes)
            let reader = try await store.open(id)
            try await store.delete(id)
            try require(try await reader.read(at: 0, upTo: 1000) == bytes, "the bytes are gone")
        },
        .init("a conditional delete spares what arrived since") { store in
            let id = try await store.put(patternBytes(10))
            try require(try await !store.delete(id, ifArrivedBefore: Timestamp(milliseconds: 0)), "deleted")
            try require(try await store.delete(id, ifArrivedBefore: distantFuture), "not deleted")
            try require(try await !store.delete(id, ifArrivedBefore: distantFuture), "deleted twice")
        },
        .init("a fresh store is healthy") { store in try await store.checkHealth() },
    ]

    static let partialRules: [BlobStoreConformance] = [
        .init("parts in any order make the blob") { store in
            let (id, bytes) = try await reference(store, 2_500_000)
            let upload = try await store.partialIngest(id: id, size: 2_500_000, partSize: 1_000_000)
            try require(upload.partCount == 3 && upload.length(ofPart: 3) == 500_000, "wrong geometry")
            for number in [3, 1, 2] { try await send(bytes, number, to: upload) }
            try require(try await upload.hasPart(2), "part 2 is missing")
            try await upload.finish()
            try await upload.finish()
            try require(try await store.bytes(of: id) == bytes, "other bytes came back")
        },
        .init("parts at once through several handles make the blob") { store in
            let (id, bytes) = try await reference(store, 2_000_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    group.addTask {
                        let upload = try await store.partialIngest(id: id, size: 2_000_000, partSize: 250_000)
                        try await send(bytes, number, to: upload, partSize: 250_000)
                    }
                }
                try await group.waitForAll()
            }
            try await store.partialIngest(id: id, size: 2_000_000, partSize: 250_000).finish()
            try require(try await store.bytes(of: id) == bytes, "other bytes came back")
        },
        .init("a part sent again replaces the former, even if that was hashed") { store in
            let (id, bytes) = try await reference(store, 1_200_000)
            let upload = try await store.partialIngest(id: id, size: 1_200_000, partSize: 1_000_000)
            try await send(patternBytes(1_200_000, seed: 9), 1, to: upload)
            try await send(bytes, 1, to: upload)
            try await send(bytes, 2, to: upload)
            try await upload.finish()
            try require(try await store.bytes(of: id) == bytes, "other bytes came back")
        },
        .init("missing, short, long and unknown parts are refused") { store in
            let (id, _) = try await reference(store, 20)
            let upload = try await store.partialIngest(id: id, size: 20, partSize: 10)
            try await requireError(.unprocessable) { try await upload.writePart(1, patternBytes(9).chunks(of: 4)) }
            try await requireError(.tooLarge) { try await upload.writePart(1, patternBytes(11).chunks(of: 4)) }
            try await requireError(.unprocessable) { try await upload.writePart(3, patternBytes(10).chunks(of: 4)) }
            try await requireError(.unprocessable) { try await upload.finish() }
            try require(try await !upload.hasPart(1), "a refused part is there")
        },
        .init("a wrong digest drops every part") { store in
            let (id, _) = try await reference(store, 20)
            let upload = try await store.partialIngest(id: id, size: 20, partSize: 20)
            try await upload.writePart(1, patternBytes(20, seed: 5).chunks(of: 20))
            try await requireError(.unprocessable) { try await upload.finish() }
            let again = try await store.partialIngest(id: id, size: 20, partSize: 20)
            try require(try await !again.hasPart(1), "the part is still there")
            try require(try await store.size(of: id) == nil, "stored")
        },
        .init("a cancelled upload has no parts") { store in
            let (id, bytes) = try await reference(store, 20)
            let upload = try await store.partialIngest(id: id, size: 20, partSize: 20)
            try await send(bytes, 1, to: upload)
            await upload.cancel()
            let again = try await store.partialIngest(id: id, size: 20, partSize: 20)
            try require(try await !again.hasPart(1), "the part is still there")
        },
        .init("an empty blob needs no parts") { store in
            let (id, _) = try await reference(store, 0)
            try await store.partialIngest(id: id, size: 0, partSize: 20).finish()
            try require(try await store.size(of: id) == 0, "not stored")
        },
        .init("the sweep spares uploads in use and takes the others") { store in
            let (id, bytes) = try await reference(store, 1_000_000)
            var upload: (any PartialBlobIngest)? = try await store.partialIngest(
                id: id,
                size: 1_000_000,
                partSize: 1_000_000
            )
            if let upload { try await send(bytes, 1, to: upload) }
            try require(try await store.removeStaleIngests(before: distantFuture) == 0, "took one in use")
            try require(try await upload?.hasPart(1) == true, "the part is gone")
            upload = nil
            try require(try await store.removeStaleIngests(before: Timestamp(milliseconds: 0)) == 0, "took a young one")
            try require(try await store.removeStaleIngests(before: distantFuture) > 0, "took nothing")
        },
    ]

    /// Bytes and their digest; the store is left without them.
    private static func reference(_ store: any BlobStore, _ count: Int) async throws -> (BlobID, ByteBuffer) {
        let bytes = patternBytes(count)
        let id = try await store.put(bytes)
        try await store.delete(id)
        return (id, bytes)
    }

    private static func send(
        _ bytes: ByteBuffer,
        _ number: Int,
        to upload: any PartialBlobIngest,
        partSize: Int = 1_000_000
    ) async throws {
        let start = (number - 1) * partSize
        let part = bytes.getSlice(at: start, length: min(partSize, bytes.readableBytes - start))
        try await upload.writePart(number, (part ?? ByteBuffer()).chunks(of: 60_000))
    }
}
