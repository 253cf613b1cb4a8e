// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// JSON: what is parsed is written and parsed again to the same value.
extension FuzzTarget {
    static let json = FuzzTarget("json", run: JSONFuzz.run)
}

private enum JSONFuzz {
    static func run(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes) else { return }
        precondition((try? JSONValue(parsing: Array(value.serialized.utf8))) == value, "a value survives writing")
    }
}
