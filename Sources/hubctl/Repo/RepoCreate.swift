// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct RepoCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a repo.",
        discussion: """
            Prints the address of the repo.

            EXAMPLES:
              hubctl repo create alice/vit-tiny
              hubctl repo create vision/shapes --type dataset --private --exist-ok
            """
    )

    @Argument(help: "namespace/name, or name alone for one of your own.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Flag(help: "Only its owner or organisation may see it.")
    var `private` = false

    @Flag(help: "It is no error if the repo exists.")
    var existOk = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let created = try await context.client.createRepo(
                target,
                isPrivate: `private` ? true : nil,
                existOK: existOk
            )
            if context.isJSON {
                context.terminal.data(created.json.serialized)
            } else {
                context.terminal.say(created.isNew ? "created \(target.kind) \(target.id)" : "\(target.id) exists")
                context.terminal.data(created.url)
            }
        }
    }
}

/// The answer to a wish for a repo.
struct CreatedRepo: Sendable {
    let url: String
    let isNew: Bool
    let target: RepoTarget

    var json: JSONValue {
        [
            "id": .string(target.id), "type": .string(target.kind.rawValue), "url": .string(url),
            "created": .bool(isNew),
        ]
    }
}

extension HubClient {
    /// Creates a repo; with `existOK` an existing one is as good. `isPrivate` is left to the server when `nil`.
    func createRepo(_ target: RepoTarget, isPrivate: Bool?, existOK: Bool) async throws -> CreatedRepo {
        var body: JSONObject = ["name": .string(target.name), "organization": .null]
        if let namespace = target.namespace { body["organization"] = .string(namespace) }
        if target.kind != .model { body["type"] = .string(target.kind.rawValue) }
        if target.kind == .space { body["sdk"] = "static" }
        if let isPrivate { body["visibility"] = isPrivate ? "private" : "public" }
        let page = endpoint + target.webPath
        do {
            let answer = try await json(HubRequest(.POST, url("/api/repos/create")).json(.object(body)))
            return CreatedRepo(url: answer["url"]?.stringValue ?? page, isNew: true, target: target)
        } catch let error as HTTPFailure where error.status == 409 && existOK {
            return CreatedRepo(url: page, isNew: false, target: target)
        } catch let error as HTTPFailure where error.status == 403 && existOK {
            // Those who may write to a repo need not have the right to create one.
            guard (try? await get(target.apiPath)) != nil else { throw error }
            return CreatedRepo(url: page, isNew: false, target: target)
        }
    }
}
