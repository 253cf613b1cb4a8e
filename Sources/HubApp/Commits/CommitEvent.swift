// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension WriteTransaction {
    /// Notes that a ref stands at another commit now.
    /// - Parameter data: `ref` and `oid`, and `from` where the former commit is no ancestor of the new one.
    func appendCommitEvent(_ data: JSONObject, repo: Int64, by viewer: Viewer, at now: Timestamp) throws {
        try appendEvent(
            "commit",
            account: viewer.account?.id,
            repo: repo,
            data: JSONValue.object(data).serialized,
            at: now
        )
    }
}
