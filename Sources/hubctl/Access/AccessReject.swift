// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct AccessReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Reject a request, or end access that was given.",
        discussion: """
            Who was rejected cannot ask again; 'hubctl access cancel' makes the request pending again.

            EXAMPLES:
              hubctl access reject vision/depth-pro bob --reason 'For members of the study only'
            """
    )

    @OptionGroup var subject: AccessSubject

    @Option(help: ArgumentHelp("Why; kept with the request.", valueName: "text"))
    var reason: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            try await context.decide(subject, "rejected", reason: reason, done: "rejected the access")
        }
    }
}
