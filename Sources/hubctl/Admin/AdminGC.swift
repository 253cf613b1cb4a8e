// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminGC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Free what nothing uses any more.",
        discussion: """
            Removes commits that no branch or tag reaches, the trees and files only they had, uploads that were never
            committed, and the bytes of deleted repos. Safe while hubd runs and pushes arrive. What fell out of use, or
            arrived, within the grace time stays. hubd does the same by itself every gc-interval seconds.

            EXAMPLES:
              hubctl admin gc --data-dir /srv/hub --dry-run
              hubctl admin gc --data-dir /srv/hub --grace 24h --json
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(help: "Remove nothing; print what a run would remove.")
    var dryRun = false

    @Option(help: ArgumentHelp("How long unused things stay: 90s, 15m, 24h, 3d.", valueName: "duration"))
    var grace: DurationArgument = DurationArgument(seconds: GarbageCollector.defaultGraceSeconds)

    func run() async throws {
        try await data.run { hub in
            let status = StatusLine(data.terminal)
            let report = try await hub.collector.collect(graceSeconds: grace.seconds, dryRun: dryRun) { stage in
                switch stage {
                case .marking(let repos): status.show("marking: \(repos) repos")
                case .objects(let count): status.show("commits and trees: \(count)")
                case .blobs(let count): status.show("blobs: \(count)")
                }
            }
            status.clear()
            if data.json {
                data.terminal.data(report.json.serialized)
            } else {
                let verb = dryRun ? "Would free" : "Freed"
                data.terminal.data(
                    "\(verb) \(report.blobs) blobs, \(report.bytes) bytes (\(Units.size(report.bytes))); "
                        + "\(report.commits) commits, \(report.trees) trees, \(report.files) file entries, "
                        + "\(report.detached) unused uploads, \(report.chunkedFiles) chunked files, \(report.xorbs) xorbs"
                )
            }
        }
    }
}
