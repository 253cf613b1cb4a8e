// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct AccessCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Take a decision back: the request is pending again.",
        discussion: """
            EXAMPLES:
              hubctl access cancel vision/depth-pro bob
            """
    )

    @OptionGroup var subject: AccessSubject
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            try await context.decide(subject, "pending", done: "cancelled the access")
        }
    }
}
