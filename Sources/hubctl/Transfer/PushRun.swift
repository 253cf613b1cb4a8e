// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

/// What a push is asked to do, beyond which files.
struct PushOptions: Sendable {
    var revision = "main"
    var message = "Upload files with hubctl"
    var description = ""
    var createsPR = false
    /// The head the commit must be made on; `nil` takes the one the files were compared with.
    var parent: GitOID?
    var deletions: [Glob] = []
    var workers = 6
}

/// One push: compares, uploads the large files, commits once.
struct PushRun: Sendable {
    /// Times a push is planned anew because somebody else committed meanwhile.
    static let plans = 4

    let context: CommandContext
    let target: RepoTarget
    let options: PushOptions

    private var client: HubClient { context.client }

    func plan(_ files: [LocalFile]) async throws -> PushPlan {
        let progress = Progress(context.terminal, verb: "checking")
        let planner = PushPlanner(
            client: client,
            target: target,
            revision: options.revision,
            createPR: options.createsPR,
            progress: progress
        )
        return try await progress.run { try await planner.plan(files, deleting: options.deletions) }
    }

    /// Shows the card's faults before anything travels. Throws ``CommandFailure`` when the server refuses the card.
    func checkCard(_ files: [LocalFile]) async throws {
        guard let card = files.first(where: { $0.path == "README.md" }), card.size < 4 << 20 else { return }
        let text = try await Disk.run { try Files.text(card.source, limit: 4 << 20) ?? "" }
        let body: JSONValue = ["content": .string(text), "repoType": .string(target.kind.rawValue)]
        do {
            let answer = try await client.json(HubRequest(.POST, client.url("/api/validate-yaml")).json(body))
            for warning in answer["warnings"]?.arrayValue ?? [] {
                if let message = warning["message"]?.stringValue { context.terminal.warn("README.md: \(message)") }
            }
            let errors = (answer["errors"]?.arrayValue ?? []).compactMap { $0["message"]?.stringValue }
            guard errors.isEmpty else { throw Self.badCard(errors.joined(separator: "; ")) }
        } catch let error as HTTPFailure where error.status == 400 {
            throw Self.badCard(error.message)
        } catch let error as HTTPFailure where error.status == 404 || error.status == 405 {
            return
        }
    }

    private static func badCard(_ message: String) -> CommandFailure {
        CommandFailure(
            "README.md: \(message)",
            hint: "correct the lines between the two '---' at its top; nothing was pushed"
        )
    }

    /// Pushes; `nil` when the repo has everything already.
    func push(_ files: [LocalFile]) async throws -> (plan: PushPlan, commit: PushedCommit?, uploaded: Int64) {
        var round = 1
        var uploaded: Int64 = 0
        while true {
            let plan = try await plan(files)
            guard !plan.isEmpty else { return (plan, nil, uploaded) }
            uploaded += try await upload(plan)
            do {
                return (plan, try await commit(plan), uploaded)
            } catch let error as HTTPFailure where error.status == 412 {
                guard options.parent == nil, round < Self.plans else { throw lostRace(error) }
                context.terminal.say("somebody else committed meanwhile; comparing again")
                round += 1
            }
        }
    }

    private func lostRace(_ error: HTTPFailure) -> CommandFailure {
        CommandFailure(
            "\(options.revision) of \(target.id) has moved since the files were compared: \(error.message) (412)",
            hint: options.parent == nil
                ? "others push to it all the time; run this again, what is uploaded stays"
                : "look at the new commits, then push again without --parent or with the new head"
        )
    }

    /// Returns the bytes that travelled.
    private func upload(_ plan: PushPlan) async throws -> Int64 {
        let large = plan.changes.filter(\.isLarge)
        guard !large.isEmpty else { return 0 }
        let progress = Progress(context.terminal, verb: "pushing")
        if let store = try await chunkStore() {
            let uploader = XetUploader(store: store, progress: progress, workers: options.workers)
            return try await progress.run { try await uploader.upload(large) }
        }
        let uploader = LFSUploader(
            client: client,
            target: target,
            revision: options.revision,
            progress: progress,
            permits: Permits(options.workers),
            workers: options.workers
        )
        try await progress.run { try await uploader.upload(large) }
        return progress.summary.bytes
    }

    /// Where large files go in chunks; `nil` when the hub takes them whole only, or whole files are wanted.
    private func chunkStore() async throws -> ChunkStore? {
        guard !context.environment.disablesXet else { return nil }
        return try await ChunkStore.open(
            client,
            target,
            revision: options.revision,
            scope: .write,
            createPR: options.createsPR
        )
    }

    /// Bytes that a push of `plan` would send, whatever of the large files the hub has already.
    func bytesToTravel(_ plan: PushPlan) async throws -> Int64 {
        let large = plan.changes.filter(\.isLarge)
        guard !large.isEmpty else { return plan.bytes }
        let store: ChunkStore?
        do {
            store = try await chunkStore()
        } catch let error as HTTPFailure where [401, 403].contains(error.status) {
            // Who may not push may still see what would be pushed.
            store = nil
        }
        guard let store else { return plan.bytes }
        let progress = Progress(context.terminal, verb: "comparing")
        let uploader = XetUploader(store: store, progress: progress, workers: options.workers, isRehearsal: true)
        let bytes = try await progress.run { try await uploader.upload(large) }
        return bytes + plan.changes.reduce(0) { $0 + ($1.isLarge ? 0 : $1.file.size) }
    }

    private func commit(_ plan: PushPlan) async throws -> PushedCommit {
        let body = CommitBody(
            message: options.message,
            description: options.description,
            parent: options.createsPR ? nil : options.parent ?? plan.parent,
            plan: plan
        )
        let path = "\(target.apiPath)/commit/\(URLText.segment(options.revision))"
        var request = HubRequest(.POST, client.url(path, options.createsPR ? [("create_pr", "1")] : []))
            .header("content-type", "application/x-ndjson")
        let length = body.length
        request.body = .stream(length: length) { .stream(body, length: .known(length)) }
        request.retry = .untouched
        request.isSlow = true
        let answer = try await client.json(request)
        guard let commit = PushedCommit(answer) else {
            throw CommandFailure(
                "\(client.origin) does not name the new commit",
                hint: "see 'hubctl repo info'",
                status: .fault
            )
        }
        return commit
    }
}

/// A commit that a push has made.
struct PushedCommit: Sendable {
    let oid: String
    let url: String
    let pullRequestURL: String?

    init?(_ json: JSONValue) {
        guard let oid = json["commitOid"]?.stringValue, let url = json["commitUrl"]?.stringValue else { return nil }
        self.oid = oid
        self.url = url
        pullRequestURL = json["pullRequestUrl"]?.stringValue
    }
}
