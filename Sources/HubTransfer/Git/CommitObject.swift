// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A commit as git stores it.
///
///     tree <oid>
///     parent <oid>                 (none for the first commit)
///     author <name> <<email>> <seconds> +0000
///     committer …
///
///     <title>
///
///     <message>
public struct CommitObject: Sendable, Hashable {
    public struct Person: Sendable, Hashable {
        public let name: String
        public let email: String

        public init(name: String, email: String) {
            self.name = name
            self.email = email
        }

        /// Git ends a name or address at these, so they cannot be part of one.
        fileprivate func line(at seconds: Int64) -> String {
            // Scalars: as characters, "\r\n" is neither of the two.
            func clean(_ text: String) -> String {
                String(String.UnicodeScalarView(text.unicodeScalars.filter { !"<>\n\r\0".unicodeScalars.contains($0) }))
            }
            return "\(clean(name)) <\(clean(email))> \(seconds) +0000"
        }
    }

    public let tree: GitOID
    public let parents: [GitOID]
    public let author: Person
    public let committedAt: Timestamp
    public let title: String
    public let message: String

    public init(
        tree: GitOID,
        parents: [GitOID],
        author: Person,
        committedAt: Timestamp,
        title: String,
        message: String
    ) {
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committedAt = committedAt
        self.title = title
        self.message = message
    }

    /// The bytes git hashes, without the header.
    public var data: [UInt8] {
        var text = "tree \(tree.hex)\n"
        for parent in parents { text += "parent \(parent.hex)\n" }
        let person = author.line(at: committedAt.seconds)
        text += "author \(person)\ncommitter \(person)\n\n\(title)\n"
        if !message.isEmpty { text += "\n\(message)\n" }
        return Array(text.utf8)
    }

    public var oid: GitOID { GitObjectKind.commit.oid(of: data) }
}
