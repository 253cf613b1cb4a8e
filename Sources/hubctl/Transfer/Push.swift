// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload a folder or a file as one commit.",
        discussion: """
            Creates the repo if need be, compares every file with what is there, uploads only what is new or changed, and \
            makes one commit. What was interrupted goes on where it stopped. Prints the commit's address.

            EXAMPLES:
              hubctl push ./vit-tiny alice/vit-tiny
              hubctl push model.safetensors alice/vit-tiny --message 'New weights'
              hubctl push ./shapes vision/shapes --type dataset --delete 'data/*'
              hubctl push ./vit-tiny alice/vit-tiny --revision experiment --dry-run
            """
    )

    @Argument(help: "Folder or file to push.")
    var source: String

    @Argument(help: "namespace/name, or name alone for one of your own.")
    var repo: String

    @OptionGroup var options: RepoOptions

    @Option(help: ArgumentHelp("Folder in the repo (for a file: its path there).", valueName: "path"))
    var pathInRepo = ""

    @Option(help: "Branch to commit to; created from main if it is not there.")
    var revision = "main"

    @Option(name: .shortAndLong, help: "First line of the commit's message.")
    var message: String?

    @Option(help: "The rest of the commit's message.")
    var description = ""

    @Option(help: ArgumentHelp("Only files that match (repeatable; '*' matches '/' too).", valueName: "glob"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Not the files that match (repeatable).", valueName: "glob"))
    var exclude: [String] = []

    @Option(
        help: ArgumentHelp("Delete files of the repo that match and are not pushed (repeatable).", valueName: "glob")
    )
    var delete: [String] = []

    @Option(help: ArgumentHelp("Commit only if this is still the branch's head.", valueName: "commit"))
    var parent: String?

    @Flag(help: "Open a pull request instead of committing to the branch.")
    var createPr = false

    @Flag(help: "Fail if the repo or the branch does not exist.")
    var noCreate = false

    @Flag(help: "Create the repo private.")
    var `private` = false

    @Option(help: "Uploads at a time.")
    var workers = 6

    @Flag(help: "Only list what would travel.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be from 1 to 64.") }
        guard parent.map({ GitOID(hex: $0) != nil }) ?? true else {
            throw ValidationError("--parent must be a commit id of 40 hex digits.")
        }
    }

    func run() async throws {
        Signals.explainInterrupts()
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let filter = FileFilter(include: include, exclude: exclude)
            let prefix = String(pathInRepo.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())
            let files = try await Disk.run { [source] in try LocalFile.find(source, in: prefix, filter: filter) }
            guard !files.isEmpty || !delete.isEmpty else {
                throw CommandFailure("\(source) has no files to push", hint: "check --include and --exclude")
            }
            var options = PushOptions()
            options.revision = revision
            options.message = message ?? Self.message(source, files)
            options.description = description
            options.createsPR = createPr
            options.parent = parent.flatMap { GitOID(hex: $0) }
            options.deletions = delete.map { Glob($0) }
            options.workers = workers
            let run = PushRun(context: context, target: target, options: options)
            if dryRun {
                try await plan(run, files, context)
            } else {
                try await push(run, files, context)
            }
        }
    }

    private static func message(_ source: String, _ files: [LocalFile]) -> String {
        guard files.count == 1, let only = files.first else { return "Upload folder using hubctl" }
        return "Upload \(only.path) with hubctl"
    }

    private func push(_ run: PushRun, _ files: [LocalFile], _ context: CommandContext) async throws {
        if !noCreate {
            let created = try await context.client.createRepo(
                run.target,
                isPrivate: `private` ? true : nil,
                existOK: true
            )
            if created.isNew { context.terminal.say("created \(run.target.kind) \(run.target.id)") }
            if revision != "main", !createPr { try await createBranch(run.target, context) }
        }
        try await run.checkCard(files)
        let (plan, commit, uploaded) = try await run.push(files)
        if context.isJSON {
            var answer: JSONObject = [
                "repo": .string(run.target.id), "new": .int(Int64(plan.count(.new))),
                "changed": .int(Int64(plan.count(.changed))), "unchanged": .int(Int64(plan.count(.unchanged))),
                "ignored": .int(Int64(plan.count(.ignored))), "deleted": .int(Int64(plan.deletions.count)),
                "uploadedBytes": .int(uploaded), "commitUrl": .null, "commitOid": .null,
            ]
            if let commit {
                answer["commitUrl"] = .string(commit.url)
                answer["commitOid"] = .string(commit.oid)
                if let url = commit.pullRequestURL { answer["pullRequestUrl"] = .string(url) }
            }
            return context.terminal.data(JSONValue.object(answer).serialized)
        }
        guard let commit else {
            return context.terminal.say(
                "nothing to push: \(run.target.id) has all \(Units.count(files.count, "file")) as they are"
            )
        }
        context.terminal.say(
            "\(plan.count(.new)) new, \(plan.count(.changed)) changed, \(plan.count(.unchanged)) unchanged, "
                + "\(plan.deletions.count) deleted; \(Units.size(uploaded)) of large files uploaded"
        )
        context.terminal.data(commit.pullRequestURL ?? commit.url)
    }

    private func createBranch(_ target: RepoTarget, _ context: CommandContext) async throws {
        do {
            _ = try await context.client.commit(target, revision: revision)
        } catch let error as HTTPFailure where error.code == "RevisionNotFound" {
            try await context.client.createBranch(target, revision, from: nil, existOK: true)
            context.terminal.say("created branch \(revision)")
        }
    }

    private func plan(_ run: PushRun, _ files: [LocalFile], _ context: CommandContext) async throws {
        let plan: PushPlan
        do {
            plan = try await run.plan(files)
        } catch let error as HTTPFailure where error.code == "RepoNotFound" && !noCreate {
            throw CommandFailure(
                "\(run.target.id) does not exist yet, or you may not see it (\(error.status))",
                hint: "without --dry-run it would be created, and all \(Units.count(files.count, "file")) pushed"
            )
        }
        let bytes = try await run.bytesToTravel(plan)
        let rows = plan.items.map { PushPlanRow($0) } + plan.deletions.map { PushPlanRow(deleting: $0) }
        if context.isJSON {
            let answer: JSONValue = [
                "files": .array(rows.map(\.json)), "bytesToTravel": .int(bytes), "bytes": .int(plan.bytes),
            ]
            return context.terminal.data(answer.serialized)
        }
        context.terminal.list(rows, asJSON: false)
        context.terminal.say(
            "\(Units.count(plan.changes.count, "file")) of \(files.count) would travel, \(Units.size(bytes))"
                + (bytes < plan.bytes ? " of \(Units.size(plan.bytes)): the hub has the rest" : "")
        )
    }
}
