// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A page of a list, as JSON.
public struct ItemPage: Sendable {
    public let items: JSONValue
    /// What to send as `cursor` for the next page, if there is one.
    public let next: String?

    public init(items: JSONValue, next: String?) {
        self.items = items
        self.next = next
    }
}
