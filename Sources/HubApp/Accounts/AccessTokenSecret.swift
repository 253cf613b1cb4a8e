// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore

/// The secret itself: `hf_` and 40 hex digits, so that clients and secret scanners know one when they see it.
public struct AccessTokenSecret: Sendable {
    public let text: String

    /// A fresh one, of 160 random bits; what it is for is told by how it begins.
    public static func generate(prefix: String = "hf_") -> AccessTokenSecret {
        AccessTokenSecret(unchecked: prefix + Hex.encode(RandomID.bytes(20)))
    }

    private init(unchecked text: String) { self.text = text }

    /// One that is brought along from elsewhere.
    /// - Throws: ``HubError/Code/badRequest`` if it could not be sent in a header, or is easily guessed.
    public init(_ text: String) throws {
        guard (8...512).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HubError(.badRequest, "A token has 8 to 512 printable ASCII characters and no spaces")
        }
        self.text = text
    }

    /// What the database keeps: SHA-256. Tokens are random, so no slow hash is needed against guessing.
    public var hash: [UInt8] { Self.hash(text) }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
