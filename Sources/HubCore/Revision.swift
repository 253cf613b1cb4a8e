// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a client names a commit by: a branch, a tag, a full or short commit id, or a ref such as `refs/pr/1`.
public struct Revision: Hashable, Sendable, CustomStringConvertible {
    public static let main = Revision(unchecked: RefName.mainBranch)

    public let text: String
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }

    /// Throws ``HubError/Code/revisionNotFound`` for text that no ref or commit can be called.
    public init(_ text: some StringProtocol) throws {
        guard RefName.isValid(text) else {
            let shown = String(text.prefix(120).filter { $0.isASCII && !$0.isNewline && $0 != "\0" })
            throw HubError.revisionNotFound(shown)
        }
        self.text = String(text)
    }

    /// The commit id, when all 40 digits are given.
    public var oid: GitOID? { GitOID(hex: text) }

    /// The lower-case digits of an abbreviated commit id (7 to 39), if it can be one.
    public var oidPrefix: String? {
        guard (7..<40).contains(text.utf8.count), Hex.isHex(text) else { return nil }
        return text.lowercased()
    }
}
