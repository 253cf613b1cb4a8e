// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Have changes told to other programs.",
        subcommands: [
            WebhookCreate.self, WebhookList.self, WebhookEdit.self, WebhookEnable.self, WebhookDisable.self,
            WebhookDelete.self, WebhookDeliveries.self, WebhookReplay.self,
        ]
    )
}
