// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore

/// Scopes as they lie in `token.scopes`: a JSON array.
enum TokenScopeCoding {
    static func encode(_ scopes: [TokenScope]) throws -> String {
        String(decoding: try JSONEncoder().encode(scopes), as: UTF8.self)
    }

    static func decode(_ text: String) throws -> [TokenScope] {
        // Almost every token has none; the decoder would cost more than the query.
        text == "[]" ? [] : try JSONDecoder().decode([TokenScope].self, from: Data(text.utf8))
    }
}
