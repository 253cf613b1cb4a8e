// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Where the relative addresses of a text lead.
public struct MarkdownLinks: Sendable {
    /// The prefix of relative pictures, as "/alice/vit/resolve/main". Without one they are left out.
    public let image: String?

    /// The prefix of relative links, as "/alice/vit/blob/main". Without one their words stay text.
    public let file: String?

    /// The folder of the text, as segments from the repo's root.
    let folder: [[UInt8]]

    /// - Parameters:
    ///   - image: a prefix without a slash at its end, percent-encoded.
    ///   - file: the same for links.
    ///   - folder: the folder that the text lies in, from the repo's root, as "docs/en"; not percent-encoded.
    public init(image: String?, file: String?, folder: String = "") {
        self.image = image
        self.file = file
        self.folder = folder.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    }

    /// For texts that lie in no repo.
    public static let none = MarkdownLinks(image: nil, file: nil)
}
