// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct RepoDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a repo with all its history.",
        discussion: """
            Asks for the repo's name first; --yes answers for scripts.

            EXAMPLES:
              hubctl repo delete alice/vit-tiny
              hubctl repo delete vision/shapes --type dataset --yes
            """
    )

    @Argument(help: "namespace/name, or name alone for one of your own.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            if !yes { try Self.confirm(target) }
            var body: JSONObject = ["name": .string(target.name), "organization": .null]
            if let namespace = target.namespace { body["organization"] = .string(namespace) }
            if target.kind != .model { body["type"] = .string(target.kind.rawValue) }
            var request = HubRequest(.DELETE, context.client.url("/api/repos/delete")).json(.object(body))
            request.retry = .untouched
            try await context.client.perform(request)
            if context.isJSON {
                context.terminal.data((["id": .string(target.id), "deleted": true] as JSONValue).serialized)
            } else {
                context.terminal.say("deleted \(target.kind) \(target.id)")
            }
        }
    }

    private static func confirm(_ target: RepoTarget) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure("not deleted: nobody is there to confirm it", hint: "--yes deletes without asking")
        }
        Terminal.write(
            "Delete \(target.kind) \(target.id) and all its history? Type its name to confirm: ",
            to: STDERR_FILENO
        )
        guard readLine() == target.id else { throw CommandFailure("not deleted") }
    }
}
