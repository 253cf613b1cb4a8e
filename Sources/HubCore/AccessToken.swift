// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a token lets its bearer do, at most: never more than the account may.
public enum TokenRole: String, Sendable, CaseIterable, Codable {
    case read, write
    /// Only what its scopes name.
    case fineGrained
}

/// One grant of a fine-grained token: some permissions on one namespace or one repo.
public struct TokenScope: Sendable, Hashable, Codable {
    public enum Permission: String, Sendable, CaseIterable, Codable {
        case read = "repo.content.read"
        /// Includes reading.
        case write = "repo.write"
        /// Members of an organisation; nothing of its repos.
        case manage = "org.write"
        /// Discussions and pull requests of repos that can be seen; nothing of the repos themselves.
        case discuss = "discussion.write"
    }

    /// `user`, `org`, `model`, `dataset` or `space`.
    public let entityType: String
    /// The account's name, or `namespace/name` of the repo.
    public let entityName: String
    public let permissions: [Permission]

    public init(entityType: String, entityName: String, permissions: [Permission]) {
        self.entityType = entityType
        self.entityName = entityName
        self.permissions = permissions
    }
}
