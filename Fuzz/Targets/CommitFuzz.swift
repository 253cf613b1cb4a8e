// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubApp
import HubBlobs
import HubCore
import HubStore
import NIOCore

/// Commits as NDJSON and as JSON, read as `POST /api/models/…/commit/…` reads them.
extension FuzzTarget {
    static let commit = FuzzTarget("commit", run: CommitFuzz.run)
}

private enum CommitFuzz {
    private static let hub: Hub = {
        let path = FileManager.default.temporaryDirectory.appending(path: "hub-fuzz-\(UUID().uuidString).sqlite3").path
        let clock = SystemClock()
        // A fuzzer without its hub has nothing to do.
        guard let store = try? MetadataStore(path: path, readers: 1) else { fatalError("cannot open \(path)") }
        guard let hub = wait({ try? await Hub(store: store, blobs: MemoryBlobStore(clock: clock), clock: clock) })
        else {
            fatalError("cannot open a hub")
        }
        return hub
    }()

    static func run(_ bytes: [UInt8]) {
        // Chunks of odd sizes: a line may end anywhere in one.
        let chunks = stride(from: 0, to: bytes.count, by: 7).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + 7, bytes.count)])
        }
        wait {
            let stream = AsyncStream<ByteBuffer> { continuation in
                for chunk in chunks { continuation.yield(chunk) }
                continuation.finish()
            }
            _ = try? await hub.commits.read(ndjson: stream)
            _ = try? await hub.commits.read(json: ByteBuffer(bytes: bytes))
        }
    }
}
