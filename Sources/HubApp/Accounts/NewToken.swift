// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What an access token shall be.
public struct NewToken: Sendable {
    /// What its owner knows it by.
    public var name: String
    public var role: TokenRole
    /// Of a fine-grained one; others have none.
    public var scopes: [TokenScope] = []
    /// Whether a fine-grained one opens the gated repos that were opened to its owner.
    public var canReadGated = false
    /// Seconds until it ends; `nil` is never.
    public var lifetimeSeconds: Int64?

    /// Ten years, in seconds.
    public static let maximumLifetime: Int64 = 315_360_000
    static let maximumScopes = 100

    public init(name: String, role: TokenRole) {
        self.name = name
        self.role = role
    }

    /// - Throws: ``HubError/Code/badRequest`` that says what makes no sense.
    func check() throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...100).contains(name.utf8.count), isPlain, name.contains(where: { !$0.isWhitespace }) else {
            throw HubError(.badRequest, "A token's name has 1 to 100 bytes, in one line")
        }
        guard role == .fineGrained || (scopes.isEmpty && !canReadGated) else {
            throw HubError(.badRequest, "Only a token with the role fineGrained has scopes")
        }
        guard scopes.count <= Self.maximumScopes else {
            throw HubError(.badRequest, "At most \(Self.maximumScopes) scopes")
        }
        guard lifetimeSeconds.map({ (1...Self.maximumLifetime).contains($0) }) ?? true else {
            throw HubError(.badRequest, "A token lives from one second to ten years (\(Self.maximumLifetime) seconds)")
        }
        for scope in scopes where scope.permissions.isEmpty {
            throw HubError(.badRequest, "The scope on \(scope.entityName) has no permissions")
        }
        for scope in scopes where scope.permissions.contains(.manage) && scope.entityType != "org" {
            throw HubError(.badRequest, "org.write is a permission on organisations")
        }
    }
}
