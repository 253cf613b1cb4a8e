// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct RepoSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Change who may see a repo and who may read its files.",
        discussion: """
            EXAMPLES:
              hubctl repo settings alice/vit-tiny --visibility private
              hubctl repo settings vision/depth-pro --gated manual
            """
    )

    enum GatedChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, manual, off
    }

    enum VisibilityChoice: String, ExpressibleByArgument, CaseIterable {
        case `public`, `private`
    }

    @Argument(help: "namespace/name, or name alone for one of your own.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Option(help: "Who may see it: everybody, or its owner or organisation.")
    var visibility: VisibilityChoice?

    @Option(help: "Whether people must ask to read its files, and who says yes: at once, or its owner.")
    var gated: GatedChoice?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if visibility == nil, gated == nil { throw ValidationError("Nothing to change: give --visibility or --gated") }
    }

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            var body: JSONObject = [:]
            if let visibility { body["visibility"] = .string(visibility.rawValue) }
            if let gated { body["gated"] = gated == .off ? .bool(false) : .string(gated.rawValue) }
            let url = context.client.url(target.apiPath + "/settings")
            try await context.client.perform(HubRequest(.PUT, url).json(.object(body)))
            if context.isJSON {
                body["id"] = .string(target.id)
                context.terminal.data(JSONValue.object(body).serialized)
            } else {
                context.terminal.say("changed \(target.kind) \(target.id)")
            }
        }
    }
}
