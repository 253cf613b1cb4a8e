// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

extension BlobStoreConformance {
    private static let emptyID = BlobID(hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

    static let ingestRules: [BlobStoreConformance] = [
        .init("an empty blob has the digest of nothing") { store in
            let ingest = try await store.ingest(expectedID: emptyID, expectedSize: 0)
            let (id, size) = try await ingest.finish()
            try require(id == emptyID && size == 0, "got \(id), \(size)")
            try require(try await store.size(of: id) == 0, "the empty blob is not there")
            try require(try await store.bytes(of: id).readableBytes == 0, "the empty blob has bytes")
        },
        .init("one-byte writes add up") { store in
            let bytes = patternBytes(3000)
            let ingest = try await store.ingest(expectedID: nil, expectedSize: nil)
            for await chunk in bytes.chunks(of: 1) { try await ingest.write(chunk) }
            try require(ingest.written == 3000, "written is \(ingest.written)")
            let id = try await ingest.finish().id
            try require(try await store.bytes(of: id) == bytes, "other bytes came back")
        },
        .init("a large blob in uneven writes comes back the same") { store in
            let bytes = patternBytes(1_500_001)
            let ingest = try await store.ingest(expectedID: nil, expectedSize: 1_500_001)
            for await chunk in bytes.chunks(of: 65_533) { try await ingest.write(chunk) }
            let id = try await ingest.finish().id
            try require(try await store.bytes(of: id) == bytes, "other bytes came back")
        },
        .init("the same bytes twice are stored once") { store in
            let first = try await store.put(patternBytes(700_000))
            let second = try await store.put(patternBytes(700_000), expectedID: first)
            try require(first == second, "two digests")
            let found = Counter()
            try await store.forEach { _, _, _ in found.add() }
            try require(found.value == 1, "\(found.value) blobs")
        },
        .init("the same bytes at once are stored once") { store in
            let bytes = patternBytes(400_000)
            try await withThrowingTaskGroup(of: BlobID.self) { group in
                for _ in 0..<8 { group.addTask { try await store.put(bytes) } }
                try await group.waitForAll()
            }
        },
        .init("64 blobs at once all arrive") { store in
            let ids = try await withThrowingTaskGroup(of: BlobID.self) { group in
                for seed in 1...64 { group.addTask { try await store.put(patternBytes(20_000, seed: UInt64(seed))) } }
                return try await group.reduce(into: Set<BlobID>()) { $0.insert($1) }
            }
            try require(ids.count == 64, "\(ids.count) digests")
            for id in ids { try require(try await store.size(of: id) == 20_000, "\(id) is missing") }
        },
        .init("more than the expected size is refused at once") { store in
            let ingest = try await store.ingest(expectedID: nil, expectedSize: 10)
            try await requireError(.tooLarge) { try await ingest.write(patternBytes(11)) }
            await ingest.cancel()
        },
        .init("less than the expected size is refused at the end") { store in
            let ingest = try await store.ingest(expectedID: nil, expectedSize: 10)
            try await ingest.write(patternBytes(9))
            try await requireError(.unprocessable) { _ = try await ingest.finish() }
        },
        .init("another digest than expected is refused and nothing stored") { store in
            try await requireError(.unprocessable) { try await store.put(patternBytes(600_000), expectedID: emptyID) }
            try await store.forEach { id, _, _ in throw Violation(description: "\(id) was stored") }
        },
        .init("a cancelled ingest stores nothing") { store in
            let ingest = try await store.ingest(expectedID: nil, expectedSize: nil)
            try await ingest.write(patternBytes(600_000))
            await ingest.cancel()
            await ingest.cancel()
            try await store.forEach { id, _, _ in throw Violation(description: "\(id) was stored") }
        },
    ]
}
