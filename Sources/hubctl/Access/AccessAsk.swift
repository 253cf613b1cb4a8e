// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct AccessAsk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask to read a gated repo.",
        discussion: """
            The repo's authors will see your name and email address. Its card may want more to be filled in: each field
            is one --field. Prints what has become of the request: accepted, or pending until the authors decide.

            EXAMPLES:
              hubctl access ask vision/depth-pro
              hubctl access ask vision/depth-pro --field Company=Acme --field 'I agree to the licence=true'
            """
    )

    @Argument(help: "namespace/name of the gated repo.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Option(help: ArgumentHelp("A field of the card's form (repeatable).", valueName: "name=value"))
    var field: [String] = []

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        for text in field where Self.pair(text) == nil {
            throw ValidationError("'\(text)' is no field: it has the form name=value.")
        }
    }

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let request = HubRequest(.POST, context.client.url(target.webPath + "/ask-access"))
            let answer = try await context.client.json(request.form(field.compactMap(Self.pair)))
            let status = answer["status"]?.stringValue ?? "pending"
            if context.isJSON {
                let json: JSONValue = ["repo": .string(target.id), "status": .string(status)]
                context.terminal.data(json.serialized)
            } else {
                context.terminal.say(
                    status == "accepted" ? "you may read \(target.id)" : "the authors of \(target.id) will decide"
                )
                context.terminal.data(status)
            }
        }
    }

    /// The name may hold anything but `=`.
    static func pair(_ text: String) -> (String, String)? {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let name = halves.first, let value = halves.last, !name.isEmpty else { return nil }
        return (String(name), String(value))
    }
}
