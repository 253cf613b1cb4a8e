// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Whose files share chunks: an account's, or all of the hub's.
///
/// Nobody learns from a domain what lies in another.
public struct XetDomain: Hashable, Sendable, CustomStringConvertible {
    /// The account's number in the database; 0 for the whole hub.
    public let id: Int64

    public init(id: Int64) { self.id = id }

    /// All accounts together.
    public static let hub = XetDomain(id: 0)

    public var description: String { id == 0 ? "hub" : String(id) }
}
