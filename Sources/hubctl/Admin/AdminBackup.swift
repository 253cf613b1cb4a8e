// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the hub into a folder, while it runs.",
        discussion: """
            The copy is a data folder itself: database and blobs as of one moment. A folder that holds a backup gets what is
            new; until the last step it stays the older one. On one file system blobs become further names of the same
            files, which costs no room but does not survive a failing disk: --copy makes real copies, and checks each.

            EXAMPLES:
              hubctl admin backup /backup/hub --data-dir /srv/hub
              hubctl admin backup /backup/hub --data-dir /srv/hub --copy --prune --json
            """
    )

    @Argument(help: "The folder for the copy.")
    var target: String

    @OptionGroup var data: DataOptions

    @Flag(help: "Copy bytes even where a link would do.")
    var copy = false

    @Flag(help: "Remove from the copy what nothing names any more.")
    var prune = false

    func run() async throws {
        try await data.run { hub in
            let status = StatusLine(data.terminal)
            let report = try await hub.backup(to: target, links: !copy, prunes: prune) { done, total in
                status.show(Bar.line("backing up", done, of: total))
            }
            status.clear()
            Self.show(report, data, "Backed up")
        }
    }

    static func show(_ report: BackupReport, _ data: DataOptions, _ verb: String) {
        if data.json { return data.terminal.data(report.json.serialized) }
        var line = "\(verb) \(report.blobs) blobs (\(Units.size(report.bytes))): \(report.copied) copied "
        line += "(\(Units.size(report.copiedBytes))), \(report.linked) linked, "
        line += "\(report.blobs - report.copied - report.linked) there already"
        if report.pruned > 0 { line += ", \(report.pruned) old ones removed" }
        data.terminal.data(line)
        if report.damaged > 0 {
            data.terminal.warn("\(report.damaged) damaged blobs are not in it: see 'hubctl admin verify'")
        }
    }
}

struct AdminRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder from a backup, and verify it.",
        discussion: """
            The folder must be empty, or not there yet. The backup is only read. Ends with 1 if what was restored is not
            whole.

            EXAMPLES:
              hubctl admin restore /backup/hub --data-dir /srv/new-hub
            """
    )

    @Argument(help: "The folder that 'hubctl admin backup' has made.")
    var backup: String

    @OptionGroup var data: DataOptions

    @Flag(help: "Make further names for the backup's files instead of copies, on the same file system.")
    var link = false

    func run() async throws {
        let status = StatusLine(data.terminal)
        let (hub, report) = try await Hub.restore(backup, to: data.dataDir, links: link) { done, total in
            status.show(Bar.line("restoring", done, of: total))
        }
        let checked = try await hub.verify(looksOnly: true) { done, total in
            status.show(Bar.line("verifying", done, of: total))
        }
        status.clear()
        try await AuditWriter(hub: hub, dataFolder: data.dataDir).catchUp()
        if !data.json { AdminBackup.show(report, data, "Restored") }
        try AdminVerify.show(checked, data)
    }
}

struct AdminReindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Derive cards, tags, search and counts anew from the files.",
        discussion: """
            Nothing that clients pushed is changed. Works while hubd runs. Ends with 1 if a repo's files cannot be read.

            EXAMPLES:
              hubctl admin reindex --data-dir /srv/hub
            """
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        var failed: [String] = []
        try await data.run { hub in
            let status = StatusLine(data.terminal)
            let result = try await hub.reindex { done, total in status.show("reindexing: \(done) of \(total) repos") }
            status.clear()
            failed = result.failed
            if data.json {
                let answer: JSONValue = ["repos": .int(result.repos), "failed": .array(failed.map(JSONValue.string))]
                data.terminal.data(answer.serialized)
            } else {
                for text in failed { data.terminal.warn(Table.printable(text)) }
                data.terminal.data("Indexed \(Units.count(Int(clamping: result.repos), "repo")) anew")
            }
        }
        guard failed.isEmpty else {
            throw CommandFailure(
                "\(Units.count(failed.count, "repo")) could not be read",
                hint: "'hubctl admin verify' says what is damaged"
            )
        }
    }
}
