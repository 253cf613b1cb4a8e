// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Whom a token belongs to.
struct Account: Sendable {
    let name: String
    let organizations: [String]
    let role: String?
    let json: JSONValue

    init?(_ json: JSONValue) {
        guard let name = json["name"]?.stringValue else { return nil }
        self.name = name
        self.json = json
        organizations = json["orgs"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        role = json["auth"]?["accessToken"]?["role"]?.stringValue
    }

    static func current(_ client: HubClient) async throws -> Account {
        guard client.token != nil else {
            throw CommandFailure("no token", hint: "run 'hubctl login', or set HF_TOKEN")
        }
        guard let account = Account(try await client.get("/api/whoami-v2")) else {
            throw CommandFailure("\(client.origin) does not say whom the token belongs to", status: .fault)
        }
        return account
    }
}
