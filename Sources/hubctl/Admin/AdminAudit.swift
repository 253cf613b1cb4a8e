// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who did what: every privileged act on record.",
        discussion: """
            Oldest first. With --json each act is one line, as in the data folder's audit/audit.jsonl.

            EXAMPLES:
              hubctl admin audit --data-dir /srv/hub --since 24h
              hubctl admin audit --data-dir /srv/hub --action repo.delete --json
              hubctl admin audit --data-dir /srv/hub --actor alice --action token
            """
    )

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("From when on: a date, a time, or how long ago (24h).", valueName: "time"))
    var since: MomentArgument?

    @Option(help: ArgumentHelp("By whom; 'operator' for acts of hubctl admin.", valueName: "user"))
    var actor: String?

    @Option(help: ArgumentHelp("Which: repo.delete, or repo for all that begin so.", valueName: "action"))
    var action: String?

    func run() async throws {
        try await data.run { hub in
            let actor = actor == "operator" ? "" : actor
            try await hub.audit.forEach(since: since?.moment, actor: actor, action: action) { act in
                data.terminal.data(data.json ? act.serialized : Self.line(act))
            }
        }
    }

    static func line(_ act: JSONValue) -> String {
        var line = act["time"]?.stringValue ?? ""
        line += "  " + (act["actor"]?.stringValue ?? "operator")
        line += "  " + (act["action"]?.stringValue ?? "")
        line += "  " + (act["target"]?.stringValue ?? "")
        if let data = act["data"], data != .object([:]) { line += "  " + data.serialized }
        if let address = act["address"]?.stringValue { line += "  from \(address)" }
        return Table.printable(line)
    }
}
