// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct OrgCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an organisation, whose administrator you are.",
        discussion: """
            EXAMPLES:
              hubctl org create vision
              hubctl org create vision --full-name 'Vision group' --default-visibility private
            """
    )

    @Argument(help: "Name of the organisation.")
    var name: String

    @Option(help: "Name as people write it.")
    var fullName: String?

    @Option(help: "Whether new repos are public or private if nothing is said.")
    var defaultVisibility: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard defaultVisibility.map({ Visibility(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--default-visibility is public or private.")
        }
    }

    func run() async throws {
        try await global.run { context in
            var body: JSONObject = ["name": .string(name)]
            body["fullname"] = fullName.map(JSONValue.string)
            body["defaultVisibility"] = defaultVisibility.map(JSONValue.string)
            var request = HubRequest(.POST, context.client.url("/api/organizations")).json(.object(body))
            request.retry = .untouched
            let made = try await context.client.json(request)
            context.done("made the organisation \(made["name"]?.stringValue ?? name)", made)
        }
    }
}
