// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a page says about itself.
struct PageHead: Sendable {
    var title: String
    /// One sentence, for search engines and link previews.
    var description = "A model hub of one's own: vision models, datasets and their widgets."
    /// The part of the site it belongs to; marks the navigation.
    var section = ""
    /// ES modules, by path in `Public`.
    var scripts: [String] = []
    /// Further style sheets, by path in `Public`.
    var styles: [String] = []
    /// A picture for link previews, by path on this hub.
    var image: String?
    /// Kept from search engines: of one person, or behind a sign-in.
    var isPrivate = false
    /// Another site may show it in a frame.
    var isEmbeddable = false
    /// Without navigation.
    var isBare = false
}
