// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension JSONValue {
    /// JSON that the hub itself has written into its database.
    /// - Throws: ``HubError/Code/corrupt`` if it cannot be read: something else has written there.
    init(stored text: String) throws {
        do { try self.init(parsing: Array(text.utf8)) } catch {
            throw HubError(.corrupt, "The metadata database holds JSON that cannot be read", cause: error)
        }
    }
}
