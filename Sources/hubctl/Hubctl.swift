// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The command line client. A new verb is one file and one line in its noun's list.
@main
struct Hubctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubctl",
        abstract: "Push to, pull from and look after a Hugging Face compatible hub.",
        discussion: """
            stdout has the data, stderr the talk. Exit code 0: done; 1: what was typed, or the server's refusal; 2: a fault \
            of the server, the network or of ours.

            EXAMPLES:
              hubctl login
              hubctl push ./vit-tiny alice/vit-tiny
              hubctl pull alice/vit-tiny
            """,
        version: HubVersion.text,
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: "Account",
                subcommands: [Login.self, Logout.self, Whoami.self, TokenCommand.self, OrgCommand.self]
            ),
            CommandGroup(name: "Files", subcommands: [Push.self, Pull.self, FilesCommand.self, Diff.self]),
            CommandGroup(
                name: "Repos",
                subcommands: [
                    RepoCommand.self, BranchCommand.self, TagCommand.self, AccessCommand.self, Like.self, Unlike.self,
                    CollectionCommand.self, WebhookCommand.self,
                ]
            ),
            CommandGroup(name: "Together", subcommands: [PRCommand.self, DiscussionCommand.self]),
            CommandGroup(name: "Finding", subcommands: [ModelsCommand.self, DatasetsCommand.self, TasksCommand.self]),
            CommandGroup(
                name: "This machine",
                subcommands: [Run.self, Doctor.self, CacheCommand.self, Completions.self, AdminCommand.self]
            ),
        ]
    )

    static func main() async {
        Signals.ignoreBrokenPipes()
        end(with: await run(arguments: nil))
    }

    /// Runs one command line and returns its exit code; usage errors are the user's input: 1.
    static func run(arguments: [String]?) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error)
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        let isParserError = code != .failure || error is CleanExit || error is ValidationError
        guard isParserError else {
            let failure = FailureReport.failure(for: error)
            Terminal(environment: .current, quiet: false).fail(failure)
            return failure.status.rawValue
        }
        let text = fullMessage(for: error)
        Terminal.write(text.hasSuffix("\n") ? text : text + "\n", to: code.isSuccess ? STDOUT_FILENO : STDERR_FILENO)
        return code.isSuccess ? 0 : CommandFailure.Status.input.rawValue
    }
}

/// Inside a command `exit` means ArgumentParser's.
private func end(with code: Int32) -> Never { exit(code) }
