// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubBlobs
import HubCore
import HubTestSupport
import Testing

@Suite struct BlobStoreConformanceTests {
    @Test(arguments: BlobStoreConformance.all)
    func `the store on disk`(_ rule: BlobStoreConformance) async throws {
        try await withTemporaryDirectory { folder in
            try await rule.run(try await LocalBlobStore(dataFolder: folder, minimumFreeBytes: 0))
        }
    }

    @Test(arguments: BlobStoreConformance.all)
    func `the store in memory`(_ rule: BlobStoreConformance) async throws { try await rule.run(MemoryBlobStore()) }
}
