// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import ArgumentParser
public import HubCore
import NIOHTTP1

struct OrgCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org",
        abstract: "Make organisations and look after their members.",
        subcommands: [
            OrgCreate.self, OrgList.self, OrgMembers.self, OrgAdd.self, OrgRole.self, OrgRemove.self,
        ]
    )
}

extension Role: ExpressibleByArgument {}

extension CommandContext {
    /// Changes a membership. Repeating it is refused, so it is not retried once it was heard.
    func changeMember(_ method: HTTPMethod, _ path: String, _ body: JSONObject? = nil) async throws {
        var request = HubRequest(method, client.url("/api/organizations/" + path))
        if let body { request = request.json(.object(body)) }
        request.retry = .untouched
        try await client.perform(request)
    }
}
