// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminInvite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Make an invitation to sign up.",
        discussion: """
            Prints the page's address on the hub, which has a code that is stored nowhere and cannot be shown again. It \
            works where the setting sign-up of hubd is 'invitation'.

            EXAMPLES:
              hubctl admin invite --data-dir /srv/hub
              hubctl admin invite --data-dir /srv/hub --uses 20 --lifetime 3d --json
            """
    )

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("How many people it admits.", valueName: "number"))
    var uses: Int64 = 1

    @Option(help: ArgumentHelp("How long it holds: 12h, 7d.", valueName: "duration"))
    var lifetime = DurationArgument(seconds: InvitationService.defaultLifetime)

    func run() async throws {
        try await data.run { hub in
            let made = try await hub.invitations.create(uses: uses, lifetime: lifetime.seconds, by: .machineOperator)
            if data.json {
                var answer = made.json
                answer["code"] = .string(made.code)
                answer["path"] = .string(made.path)
                data.terminal.data(JSONValue.object(answer).serialized)
            } else {
                data.terminal.say("It holds until \(made.json["expiresAt"]?.stringValue ?? ""), on the hub's address:")
                data.terminal.data(made.path)
            }
        }
    }
}
