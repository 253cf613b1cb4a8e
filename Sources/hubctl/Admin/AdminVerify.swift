// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read everything again and compare it with its digests.",
        discussion: """
            Checks each blob's SHA-256, each git object's id, and that each row names something that is there. A damaged
            blob is moved to the folder 'damaged' and refused to everybody until the same file is pushed again. Works while
            hubd runs. Ends with 1 if anything is wrong.

            EXAMPLES:
              hubctl admin verify --data-dir /srv/hub
              hubctl admin verify --data-dir /srv/hub --look-only --json
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(help: "Report damage, leave everything as it is.")
    var lookOnly = false

    func run() async throws {
        var report: VerificationReport?
        try await data.run { hub in
            let status = StatusLine(data.terminal)
            report = try await hub.verify(looksOnly: lookOnly) { done, total in
                status.show(Bar.line("verifying", done, of: total))
            }
            status.clear()
        }
        if let report { try Self.show(report, data) }
    }

    /// - Throws: what ends the command with 1 if something is wrong.
    static func show(_ report: VerificationReport, _ data: DataOptions) throws {
        if data.json {
            data.terminal.data(report.json.serialized)
        } else {
            for finding in report.findings {
                data.terminal.data(Table.printable("\(finding.kind.rawValue): \(finding.text)"))
            }
            data.terminal.data(
                "\(report.blobs) blobs (\(Units.size(report.bytes))), \(report.commits) commits, \(report.trees) trees, "
                    + "\(report.files) file entries, \(report.refs) refs, \(report.xorbs) xorbs, "
                    + "\(report.chunkedFiles) chunked files; \(report.corrupted) corrupted, "
                    + "\(report.missing) missing, \(report.inconsistent) inconsistent, \(report.orphaned) orphaned "
                    + "(\(Units.size(report.orphanedBytes)))"
            )
        }
        guard report.isClean else {
            let count = report.corrupted + report.missing + report.inconsistent
            throw CommandFailure(
                "\(count) thing\(count == 1 ? " is" : "s are") wrong with this hub",
                hint: "push damaged or missing files again, or restore a backup ('hubctl admin restore')"
            )
        }
    }
}

/// A bar of one line.
enum Bar {
    static func line(_ verb: String, _ done: Int64, of total: Int64) -> String {
        let part = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
        let full = Int(part * 24)
        let bar = String(repeating: "━", count: full) + String(repeating: "─", count: 24 - full)
        return "\(verb) \(bar) \(Units.size(done)) of \(Units.size(total))"
    }
}
