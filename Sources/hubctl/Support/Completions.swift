// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a script that completes hubctl's verbs in a shell.",
        discussion: """
            EXAMPLES:
              hubctl completions bash > ~/.local/share/bash-completion/completions/hubctl
              hubctl completions zsh > ~/.zfunc/_hubctl
              hubctl completions fish > ~/.config/fish/completions/hubctl.fish
            """
    )

    @Argument(help: "bash, zsh or fish.")
    var shell: String

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CommandFailure("there are no completions for '\(shell)'", hint: "there are for bash, zsh and fish")
        }
        Terminal.write(Hubctl.completionScript(for: shell) + "\n", to: 1)
    }
}
