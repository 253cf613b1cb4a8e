// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminStorage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage",
        abstract: "Show what each repo stores, and what sharing saves.",
        discussion: """
            SIZE is what its files have together, STORED what is on the disk for them, UNIQUE the part of that no other
            repo uses, SAVED what need not be stored because chunks are shared or packed.

            EXAMPLES:
              hubctl admin storage --data-dir /srv/hub
              hubctl admin storage --data-dir /srv/hub --json
            """
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            var rows: [StorageRow] = []
            try await hub.forEachRepoStorage { rows.append(StorageRow(report: $0)) }
            data.terminal.list(rows, asJSON: data.json)
        }
    }
}

private struct StorageRow: ListDisplayable {
    static let columns = [
        Table.Column("REPO"), Table.Column("KIND"), Table.Column("SIZE", isNumber: true),
        Table.Column("STORED", isNumber: true), Table.Column("UNIQUE", isNumber: true),
        Table.Column("SAVED", isNumber: true),
    ]

    let report: RepoStorageReport

    var cells: [String] {
        [report.name, report.kind.rawValue]
            + [report.logical, report.stored, report.unique, report.saved].map(Units.size)
    }
    var json: JSONValue { report.json }
}
