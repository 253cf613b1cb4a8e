// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct Pull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Download a repo, or some of its files.",
        discussion: """
            Files go to the cache that the Python libraries share (HF_HUB_CACHE), where from_pretrained and load_dataset \
            find them offline; or, with --local-dir, to a folder as they are. Every digest is checked before a file gets \
            its name. What was interrupted goes on where it stopped. Prints the folder.

            EXAMPLES:
              hubctl pull alice/vit-tiny
              hubctl pull alice/vit-tiny config.json model.safetensors
              hubctl pull vision/shapes --type dataset --include 'data/*' --local-dir s
              hubctl pull alice/vit-tiny --revision v1.0 --dry-run
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Files of the repo; all if none is named.")
    var files: [String] = []

    @OptionGroup var options: RepoOptions

    @Option(help: "Branch, tag or commit.")
    var revision = "main"

    @Option(help: ArgumentHelp("Only files that match (repeatable; '*' matches '/' too).", valueName: "glob"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Not the files that match (repeatable).", valueName: "glob"))
    var exclude: [String] = []

    @Option(help: ArgumentHelp("Put real files there instead of the cache.", valueName: "folder"))
    var localDir: String?

    @Option(help: "Files at a time.")
    var workers = 8

    @Flag(help: "Only list what would travel.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be from 1 to 64.") }
    }

    func run() async throws {
        Signals.explainInterrupts()
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let commit = try await context.client.commit(target, revision: revision)
            let wanted = try Self.select(
                try await context.client.files(target, revision: commit.hex),
                named: files,
                filter: FileFilter(include: include, exclude: exclude)
            )
            let run = PullRun(context: context, target: target, revision: revision, commit: commit, workers: workers)
            let outcome =
                if let localDir {
                    try await run.intoFolder(LocalLayout(folder: localDir), wanted, dryRun: dryRun)
                } else {
                    try await run.intoCache(
                        CacheLayout(cache: context.environment.cache, target: target),
                        wanted,
                        dryRun: dryRun
                    )
                }
            dryRun ? outcome.printPlan(context) : outcome.printResult(context)
        }
    }

    /// The files to bring. Throws ``CommandFailure`` for names that are not in the repo.
    static func select(_ files: [RemoteFile], named names: [String], filter: FileFilter) throws -> [RemoteFile] {
        let filtered = files.filter { filter.admits($0.path) }
        guard !names.isEmpty else { return filtered }
        let known = Set(files.map(\.path))
        for name in names where !known.contains(name) {
            let folder = files.contains { $0.path.hasPrefix(name.hasSuffix("/") ? name : name + "/") }
            throw CommandFailure(
                "the repo has no file '\(name)'",
                hint: folder
                    ? "that is a folder: pull it with --include '\(name)/*'" : "list its files with 'hubctl files'"
            )
        }
        let wanted = Set(names)
        return filtered.filter { wanted.contains($0.path) }
    }
}
