// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// A browser that somebody is signed in with, without the cookie: the database has only its SHA-256.
public struct SessionRecord: Sendable, Hashable {
    public let hash: [UInt8]
    public let createdAt: Timestamp
    public let expiresAt: Timestamp
    public let lastUsedAt: Timestamp?
    /// Of the sign-in.
    public let address: String?
    /// What the browser calls itself.
    public let agent: String?
    /// `password`, `token` or an identity provider's address.
    public let means: String

    /// When the token ends that it began with.
    public let tokenExpiresAt: Timestamp?

    /// What its owner names it by; opens nothing.
    public var publicID: String { Hex.encode(hash.prefix(8)) }

    init(_ row: Row) throws {
        hash = Array(try row.value("hash", as: Data.self))
        createdAt = try row.time("created_at")
        expiresAt = try row.time("expires_at")
        lastUsedAt = try row.optionalTime("last_used_at")
        address = try row.optional("address")
        agent = try row.optional("agent")
        means = try row.value("means")
        tokenExpiresAt = try row.optionalTime("token_expires_at")
    }
}
