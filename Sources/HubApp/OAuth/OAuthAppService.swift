// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// The programs that people may let act for them; the operator looks after them.
public struct OAuthAppService: Sendable {
    let hub: Hub

    /// Makes one known.
    /// - Parameters:
    ///   - redirectURIs: `https` addresses, or `http` ones on the user's own machine, without queries; none for device
    ///     codes only.
    ///   - isPublic: whether it cannot keep a secret: a page, a program on people's machines.
    /// - Returns: the program as in lists, and its secret, which is known at this moment only.
    /// - Throws: ``HubError/Code/badRequest``.
    public func create(
        name: String,
        redirectURIs: [String],
        isPublic: Bool,
        by viewer: Viewer = .machineOperator
    ) async throws -> (app: JSONValue, secret: String?) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...100).contains(name.utf8.count), isPlain else {
            throw HubError(.badRequest, "A program's name has 1 to 100 bytes, in one line")
        }
        for uri in redirectURIs where !RedirectURI.isValid(uri) {
            throw HubError(
                .badRequest,
                "'\(uri)' is no redirect address: https://…, or http:// on localhost, without a query"
            )
        }
        let clientID = "app-" + RandomID.publicID()
        let secret = isPublic ? nil : AccessTokenSecret.generate(prefix: "oauth_secret_")
        let now = hub.clock.now
        let app = try await hub.store.write(durable: true) { tx in
            let app = try tx.insertOAuthApp(
                clientID: clientID,
                name: name,
                secretHash: secret?.hash,
                redirectURIs: redirectURIs,
                at: now
            )
            try tx.audit(.appCreate, name, by: viewer, ["client": .string(clientID)], at: now)
            return app
        }
        return (Self.json(app), secret?.text)
    }

    /// All of them, the oldest first.
    public func list() async throws -> [JSONValue] {
        try await hub.store.read { try $0.oauthApps() }.map(Self.json)
    }

    /// Removes one; every token it was given ends.
    /// - Throws: ``HubError/Code/notFound``.
    public func delete(clientID: String, by viewer: Viewer = .machineOperator) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            guard let app = try tx.read.oauthApp(clientID: clientID) else {
                throw HubError(.notFound, "There is no program with the client id '\(clientID.prefix(100))'")
            }
            try tx.deleteOAuthApp(id: app.id, at: now)
            try tx.audit(.appDelete, app.name, by: viewer, ["client": .string(clientID)], at: now)
        }
    }

    private static func json(_ app: OAuthAppRecord) -> JSONValue {
        [
            "clientId": .string(app.clientID), "name": .string(app.name), "isPublic": .bool(app.secretHash == nil),
            "redirectUris": .array(app.redirectURIs.map(JSONValue.string)), "createdAt": .string(app.createdAt.iso8601),
        ]
    }
}
