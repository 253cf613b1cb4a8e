// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// Cards: YAML of any shape gives metadata or a named problem.
extension FuzzTarget {
    static let card = FuzzTarget("card", run: CardFuzz.run)
}

private enum CardFuzz {
    static func run(_ bytes: [UInt8]) {
        for kind in RepoKind.allCases {
            _ = CardValidation(readme: bytes, kind: kind)
            let read = ["README.md": bytes, "config.json": bytes]
            _ = RepoMetadata.build(kind: kind, paths: ["README.md", "config.json"], read: read)
        }
    }
}
