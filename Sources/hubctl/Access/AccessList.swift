// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import ArgumentParser
public import HubCore

struct AccessList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List who has asked to read a gated repo of yours.",
        discussion: """
            EXAMPLES:
              hubctl access list vision/depth-pro
              hubctl access list vision/depth-pro --status accepted --json
            """
    )

    @Argument(help: "namespace/name of the gated repo.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Option(help: "pending, accepted or rejected.")
    var status = AccessRequestStatus.pending

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let path = target.apiPath + "/user-access-request/" + status.rawValue
            let requests = try await context.client.list(path).map(AccessRequestRow.init)
            context.terminal.list(requests, asJSON: context.isJSON)
            if requests.isEmpty { context.terminal.say("no \(status.rawValue) requests for \(target.id)") }
        }
    }
}

extension AccessRequestStatus: ExpressibleByArgument {}

/// A request in the list.
struct AccessRequestRow: ListDisplayable {
    static let columns = [
        Table.Column("USER"), Table.Column("NAME"), Table.Column("EMAIL"), Table.Column("ASKED"),
        Table.Column("FIELDS"),
    ]

    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var cells: [String] {
        let fields = (json["fields"]?.objectValue ?? [:]).map { field in
            "\(field.key)=\(field.value.stringValue ?? field.value.serialized)"
        }
        return [
            // Some hubs hide who asks; the request's id then names it.
            json["user"]?["user"]?.stringValue ?? json["requestId"]?.stringValue ?? "?",
            json["user"]?["fullname"]?.stringValue ?? "", json["user"]?["email"]?.stringValue ?? "",
            json["timestamp"]?.stringValue ?? "", fields.joined(separator: ", "),
        ]
    }
}
