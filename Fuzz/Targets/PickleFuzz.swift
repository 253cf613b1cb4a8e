// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer

/// The walk over pickles, whole and in pieces.
extension FuzzTarget {
    static let pickle = FuzzTarget("pickle", run: PickleFuzz.run)
}

private enum PickleFuzz {
    static func run(_ bytes: [UInt8]) {
        var whole = PickleWalker()
        whole.feed(bytes)
        whole.finish()
        var pieces = PickleWalker()
        for byte in bytes { pieces.feed(CollectionOfOne(byte)) }
        pieces.finish()
        precondition(whole.imports == pieces.imports, "pieces find what the whole finds")
        _ = SecretPatterns.find(in: bytes)
    }
}
