// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubMarkdown

/// What the hub itself reads of a comment's text: whom it names, and the text as HTML.
///
/// The HTML is Markdown made safe to be put into a page, with its lines kept and names as links.
enum CommentMarkup {
    /// More names than these in one comment tell nobody.
    static let maximumMentions = 50

    /// The names behind an `@`, in any case and each once. An `@` within a word, as in an address, is none; nor is one
    /// in code or in a link.
    static func mentions(in text: String) -> [AccountName] {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return [] }
        var found: [AccountName] = []
        var keys: Set<String> = []
        _ = Markdown.html(text, links: .none) { name in
            // What can be no name of an account is text.
            if let name = try? AccountName(name), found.count < maximumMentions, keys.insert(name.key).inserted {
                found.append(name)
            }
            return nil
        }
        return found
    }

    /// - Parameters:
    ///   - mentioned: names that are linked, as keys; all others stay text.
    ///   - id: tells the ids of this text from those of others in the same page.
    static func html(_ text: String, mentioned: Set<String>, id: String) -> String {
        let rendered = Markdown.html(text, links: .none, idPrefix: "user-content-\(id)-", hardBreaks: true) { name in
            guard let name = try? AccountName(name), mentioned.contains(name.key) else { return nil }
            return "/\(name.text)"
        }
        return rendered.html
    }
}
