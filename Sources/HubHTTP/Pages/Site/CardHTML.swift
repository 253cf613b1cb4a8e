// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp

/// Markdown of people as HTML that is safe in our pages.
enum CardHTML {
    /// - Parameters:
    ///   - repo: the repo's address, to which relative links are.
    ///   - folder: of the document in the repo.
    static func render(_ text: String, repo: String, revision: String, folder: String = "") -> String {
        "<pre>\(HTMLText.escape(text))</pre>"
    }

    /// A file's text as code.
    static func code(_ text: String, file: String) -> String { HTMLText.escape(text) }
}
