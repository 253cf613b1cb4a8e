// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Ids and secrets from the system's random generator.
enum RandomID {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// 24 hex digits, as the `_id` of accounts and repos.
    static func publicID() -> String { Hex.encode(bytes(12)) }
}
