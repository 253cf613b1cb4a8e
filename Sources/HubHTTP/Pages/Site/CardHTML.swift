// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubMarkdown
import NIOPosix

/// What people write, as HTML of our pages.
enum CardHTML {
    /// Longer texts are rendered on a thread that may wait, in bytes.
    private static let inlineBytes = 64 << 10

    /// - Parameters:
    ///   - repo: the repo's address, to which relative links are.
    ///   - folder: of the document in the repo.
    static func render(_ text: String, repo: String, revision: String, folder: String = "") async throws -> String {
        let links = MarkdownLinks(
            image: SiteURL.file(repo, "resolve", revision),
            file: SiteURL.file(repo, "blob", revision),
            folder: folder
        )
        guard text.utf8.count > inlineBytes else { return Markdown.html(text, links: links).html }
        return try await NIOThreadPool.singleton.runIfActive { Markdown.html(text, links: links).html }
    }

    /// A file's text as code, coloured where its language is known.
    static func code(_ text: String, file: String) -> String {
        guard let language = CodeHighlighter.language(forFile: file) else { return HTMLText.escape(text) }
        return CodeHighlighter.html(code: text, language: language)
    }
}
