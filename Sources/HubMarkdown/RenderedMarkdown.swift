// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Safe HTML and what a table of contents needs.
public struct RenderedMarkdown: Sendable {
    public let html: String

    /// In the order of the text.
    public let headings: [Heading]

    /// One heading of the text.
    public struct Heading: Sendable, Equatable {
        /// 1 to 6.
        public let level: Int

        /// The id of its element, prefix included.
        public let id: String

        /// Its words without markup, not escaped.
        public let text: String
    }
}
