// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// `namespace/name`, the id of a repo within its kind. Compared without case, printed as it was written.
public struct RepoID: Hashable, Sendable, CustomStringConvertible {
    /// Characters of a repo's own name; clients refuse longer ones too.
    public static let maximumNameLength = 96

    public let namespace: AccountName
    public let name: String

    /// The name in lower case: what uniqueness and look-ups go by.
    public var nameKey: String { name.lowercased() }
    public var description: String { "\(namespace)/\(name)" }

    /// Throws ``HubError/Code/badRequest`` that says which rule is broken.
    public init(namespace: AccountName, name: some StringProtocol) throws {
        try NameRules.check(name, what: "repository name", maximum: Self.maximumNameLength)
        let lower = name.lowercased()
        guard !lower.hasSuffix(".git"), !lower.hasSuffix(".ipynb") else {
            throw HubError(.badRequest, "Invalid repository name '\(name)': it may not end with '.git' or '.ipynb'")
        }
        self.namespace = namespace
        self.name = String(name)
    }

    /// From `namespace/name`.
    public init(_ text: some StringProtocol) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw HubError(.badRequest, "Invalid repository id: it must have the form 'namespace/name'")
        }
        try self.init(namespace: AccountName(parts[0]), name: parts[1])
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.namespace == right.namespace && left.nameKey == right.nameKey
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(nameKey)
    }
}
