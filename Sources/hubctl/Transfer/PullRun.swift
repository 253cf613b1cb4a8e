// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

/// One pull: looks at what is here, brings the rest.
struct PullRun: Sendable {
    let context: CommandContext
    let target: RepoTarget
    let revision: String
    let commit: GitOID
    let workers: Int

    func intoCache(_ layout: CacheLayout, _ files: [RemoteFile], dryRun: Bool) async throws -> PullOutcome {
        let missing = try await Disk.run {
            try files.filter { try Files.status(layout.blob($0.id))?.size != $0.size }
        }
        var outcome = PullOutcome(
            target: target,
            commit: commit,
            folder: layout.snapshot(commit),
            files: files,
            missing: missing
        )
        guard !dryRun else { return outcome }
        try await Disk.run {
            try Files.makeFolder(layout.snapshot(commit))
            try layout.note(revision, commit)
        }
        outcome.summary = try await transfer(files: files, missing: missing) { downloader, file in
            try await cache(file, layout, downloader)
        }
        return outcome
    }

    private func cache(_ file: RemoteFile, _ layout: CacheLayout, _ downloader: Downloader) async throws {
        let lock = try await FileLock.hold(layout.lock(file.id)) {
            downloader.progress.say("\(file.path): another process is downloading it; waiting")
        }
        defer { lock.release() }
        // Another process, or another file of the same content, may have brought it meanwhile.
        let isHere = try await Disk.run { try Files.status(layout.blob(file.id))?.size == file.size }
        if !isHere {
            try await downloader.fetch(file, incomplete: layout.incomplete(file.id), destination: layout.blob(file.id))
        }
        try await Disk.run { try layout.link(commit, file.path, file.id) }
    }

    func intoFolder(_ layout: LocalLayout, _ files: [RemoteFile], dryRun: Bool) async throws -> PullOutcome {
        let missing = try await inParallel(files, width: 4) { file in
            try await Disk.run { try Self.isHere(file, layout) ? nil : file }
        }.compactMap(\.self)
        var outcome = PullOutcome(target: target, commit: commit, folder: layout.folder, files: files, missing: missing)
        guard !dryRun else { return outcome }
        try await Disk.run { try layout.prepare() }
        let absent = Set(missing)
        outcome.summary = try await transfer(files: files, missing: missing) { downloader, file in
            let lock = try await FileLock.hold(layout.lock(file.path)) {
                downloader.progress.say("\(file.path): another process is downloading it; waiting")
            }
            defer { lock.release() }
            if absent.contains(file) {
                let incomplete = layout.incomplete(file.path, file.id)
                try await downloader.fetch(file, incomplete: incomplete, destination: layout.file(file.path))
            }
            let now = Double(SystemClock().now.milliseconds) / 1000
            try await Disk.run { try layout.note(file.path, commit: commit, file.id, now: now) }
        }
        return outcome
    }

    /// Whether the file is there with the right content: by the note about it, else by its digest. Blocks.
    private static func isHere(_ file: RemoteFile, _ layout: LocalLayout) throws -> Bool {
        let path = layout.file(file.path)
        guard try Files.status(path)?.size == file.size else { return false }
        if try layout.notedETag(file.path) == file.id.hex { return true }
        var hasher = ContentHasher.checking(file.id, size: file.size)
        try hasher.update(try OpenFile.reading(path), to: file.size) { _ in }
        return hasher.finish() == file.id
    }

    private func transfer(
        files: [RemoteFile],
        missing: [RemoteFile],
        _ work: @escaping @Sendable (Downloader, RemoteFile) async throws -> Void
    ) async throws -> PullOutcome.Summary {
        let progress = Progress(context.terminal, verb: "pulling")
        progress.expect(files: missing.count, bytes: missing.reduce(0) { $0 + $1.size })
        let downloader = Downloader(
            client: context.client,
            target: target,
            commit: commit,
            progress: progress,
            chunks: try await chunkStore(for: missing),
            windows: Permits(workers)
        )
        // Large files first: the last worker should not be left with the largest.
        let order = files.sorted { $0.size > $1.size }
        try await progress.run {
            _ = try await inParallel(order, width: workers) { try await work(downloader, $0) }
        }
        let (count, bytes, seconds) = progress.summary
        return PullOutcome.Summary(files: count, bytes: bytes, seconds: seconds)
    }
}

extension PullRun {
    /// Where the files' chunks are; `nil` when none of them is there, or whole files are wanted.
    private func chunkStore(for files: [RemoteFile]) async throws -> ChunkStore? {
        guard !context.environment.disablesXet, files.contains(where: { $0.xetHash != nil }) else { return nil }
        return try await ChunkStore.open(context.client, target, revision: commit.hex, scope: .read)
    }
}

/// What a pull found and did.
struct PullOutcome: Sendable {
    struct Summary: Sendable {
        let files: Int
        /// Bytes that travelled.
        let bytes: Int64
        let seconds: Double
    }

    let target: RepoTarget
    let commit: GitOID
    let folder: String
    let files: [RemoteFile]
    let missing: [RemoteFile]
    var summary: Summary?

    func printPlan(_ context: CommandContext) {
        let absent = Set(missing)
        let rows = files.map { PullPlanRow(file: $0, travels: absent.contains($0)) }
        let bytes = missing.reduce(0) { $0 + $1.size }
        if context.isJSON {
            let answer: JSONValue = [
                "commit": .string(commit.hex), "path": .string(folder), "files": .array(rows.map(\.json)),
                "bytesToTravel": .int(bytes),
            ]
            return context.terminal.data(answer.serialized)
        }
        context.terminal.list(rows, asJSON: false)
        context.terminal.say(
            "\(Units.count(missing.count, "file")) of \(files.count) would travel, \(Units.size(bytes))"
        )
    }

    func printResult(_ context: CommandContext) {
        let moved = summary ?? Summary(files: 0, bytes: 0, seconds: 0)
        if context.isJSON {
            let answer: JSONValue = [
                "commit": .string(commit.hex), "path": .string(folder), "files": .int(Int64(files.count)),
                "downloaded": .int(Int64(moved.files)), "bytes": .int(moved.bytes),
            ]
            return context.terminal.data(answer.serialized)
        }
        if moved.files == 0 {
            context.terminal.say(
                "\(target.id) at \(commit.hex.prefix(8)): all \(Units.count(files.count, "file")) are here already"
            )
        } else {
            let rate = moved.seconds > 0 ? Units.rate(Double(moved.bytes) / moved.seconds) : "–"
            context.terminal.say(
                "\(target.id) at \(commit.hex.prefix(8)): \(Units.count(moved.files, "file")), "
                    + "\(Units.size(moved.bytes)) in \(Units.duration(moved.seconds)) (\(rate))"
            )
        }
        context.terminal.data(folder)
    }
}

struct PullPlanRow: ListDisplayable {
    static let columns: [Table.Column] = [.init("STATE"), .init("SIZE", isNumber: true), .init("PATH")]

    let file: RemoteFile
    let travels: Bool

    var cells: [String] { [travels ? "download" : "present", Units.size(file.size), file.path] }

    var json: JSONValue {
        [
            "path": .string(file.path), "size": .int(file.size), "etag": .string(file.id.hex),
            "travels": .bool(travels),
        ]
    }
}
