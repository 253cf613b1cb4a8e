// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

@testable import HubHTTP

/// Bodies of the git-lfs batch request.
extension FuzzTarget {
    static let lfs = FuzzTarget("lfs", run: LFSFuzz.run)
}

private enum LFSFuzz {
    static func run(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes) else { return }
        _ = try? LFSBatchRequest(json: json)
    }
}
