// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct PRComment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Write in a pull request, about all of it, a file or a line.",
        discussion: """
            EXAMPLES:
              hubctl pr comment alice/vit-tiny 4 'Looks good to me'
              hubctl pr comment alice/vit-tiny 4 'Why 0.1?' --file config.json --line 12
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Argument(help: "What to say, in Markdown.")
    var text: String

    @Option(help: "The file that it is about.")
    var file: String?

    @Option(help: "The line of the file, from 1 on.")
    var line: Int64?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard line == nil || file != nil else { throw ValidationError("--line takes --file") }
    }

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: options.type).owned(by: context.client)
            var body: JSONObject = ["comment": .string(text)]
            body["path"] = file.map { .string($0) }
            body["line"] = line.map { .int($0) }
            let event = try await context.client.change(target, subject.number, "comment", body)
            let id = event["newMessage"]?["id"]?.stringValue ?? ""
            context.done("commented on #\(subject.number.value)", ["repo": .string(target.id), "comment": .string(id)])
        }
    }
}
