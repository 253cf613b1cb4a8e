// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// `hubctl doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that everything clients need comes through to the hub and back.",
        discussion: """
            Sends what real clients send, through whatever proxy stands between, and names what is lost or changed on \
            the way: headers, lengths, ranges, encoded slashes, addresses, limits, buffering. With a token that may \
            write it makes a private scratch repo, and deletes it at the end. Exit code 0: nothing failed; 1: something \
            did.

            EXAMPLES:
              hubctl doctor --endpoint https://hub.example.org
              hubctl doctor --size 200000000 --json
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("Size of the file that is sent and fetched.", valueName: "bytes"))
    var size = 8_000_000

    func validate() throws {
        guard (100_000...10_000_000_000).contains(size) else {
            throw ValidationError("--size is between 100000 and 10000000000.")
        }
    }

    func run() async throws {
        let report = try await options.run { context in
            let probe = DoctorProbe(client: context.client)
            var report = DoctorReport(endpoint: context.client.endpoint) { finding in
                if !context.isJSON { context.terminal.data(finding.line) }
            }
            do {
                DoctorEnvironment.check(context, &report)
                try await DoctorChecks(probe: probe, size: size).run(&report)
            } catch {
                try? await probe.shutdown()
                throw error
            }
            try await probe.shutdown()
            if context.isJSON { context.terminal.data(report.json.serialized) }
            return report
        }
        guard report.failures == 0 else {
            throw CommandFailure(
                "\(report.failures) of \(report.findings.count) checks failed",
                hint: "the lines with ✗ say what to change; deploy/ has proxy settings that are known to work"
            )
        }
    }
}
