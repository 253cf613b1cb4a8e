// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix
import Synchronization

/// One push: take the pack in, look at all it brings, store the files, then write the rows and move the refs at once.
struct Push: Sendable {
    private static let parallelFiles = 8

    let hub: Hub
    let kind: RepoKind
    let id: RepoID
    let repo: RepoRecord
    let request: PushRequest
    let viewer: Viewer
    let intake: SharedIntake
    /// Refs that are not to be moved, with the reason: known before the pack comes.
    private let refusals: [String: String]
    private let gathered = GatheredBytes()

    init(hub: Hub, kind: RepoKind, id: RepoID, repo: RepoRecord, request: PushRequest, viewer: Viewer) async throws {
        refusals = try await hub.store.read { tx in
            var refusals: [String: String] = [:]
            for command in request.commands {
                refusals[command.ref] =
                    try PushRules.reason(against: command)
                    ?? PushRules.reason(against: command, in: repo, by: viewer, tx)
            }
            return refusals
        }
        self.hub = hub
        self.kind = kind
        self.id = id
        self.repo = repo
        self.request = request
        self.viewer = viewer
        var limits = PackLimits()
        limits.fileBytes = hub.limits.regularFileBytes
        limits.bytes = hub.limits.packBytes
        intake = try SharedIntake(limits: limits, blobs: hub.blobs)
    }

    /// Takes in a piece of the pack.
    func feed(_ chunk: ByteBuffer) async throws {
        guard request.hasPack, chunk.readableBytes > 0 else { return }
        // Nothing of it will be taken: read past it, store nothing.
        guard request.commands.contains(where: { refusals[$0.ref] == nil }) else { return }
        hub.ingest.add(chunk.readableBytes)
        guard let bytes = gathered.add(chunk) else { return }
        try await work { try $0.feed(bytes) }
    }

    /// Does it, once all of the pack is there.
    func run(_ report: inout PushReport) async throws {
        for (ref, reason) in refusals { report.refuse(ref, reason) }
        guard !report.open.isEmpty else { return }
        if request.hasPack {
            let rest = gathered.take()
            try await hub.ingest.measure {
                try await work { intake in
                    if rest.readableBytes > 0 { try intake.feed(rest) }
                    try intake.finish()
                }
            }
        }
        if report.hasRefused, request.isAtomic { report.refuseRest("atomic push failure") }
        let commands = report.open
        guard !commands.isEmpty else { return }
        let targets = try await targets(commands)
        let contents = try await check(Set(targets.values.compactMap(\.commit)))
        try await refuseUnsafe(contents)
        let lease = try await hub.blobLease()
        let files = try await store(contents)
        let refused = try await PushRecorder(push: self, contents: contents, targets: targets, files: files)
            .record(commands, under: lease)
        for (ref, reason) in refused { report.refuse(ref, reason) }
    }

    /// Runs `body` on a thread that may wait.
    private func work<Value: Sendable>(_ body: @escaping @Sendable (PackIntake) throws -> Value) async throws -> Value {
        let intake = intake
        return try await NIOThreadPool.singleton.runIfActive { try intake.use(body) }
    }

    // MARK: What refs are to point to

    struct Target: Sendable {
        /// `nil` where the ref is to go.
        let commit: GitOID?
        let tag: GitTagRecord?
    }

    private func targets(_ commands: [PushRequest.Command]) async throws -> [String: Target] {
        let (repo, intake) = (repo, intake)
        return try await hub.store.read { tx in
            var targets: [String: Target] = [:]
            for command in commands {
                guard let new = command.new else {
                    targets[command.ref] = Target(commit: nil, tag: nil)
                    continue
                }
                targets[command.ref] = try intake.use { try Self.target(new, command.ref, $0, repo, tx) }
            }
            return targets
        }
    }

    private static func target(
        _ oid: GitOID,
        _ ref: String,
        _ intake: PackIntake,
        _ repo: RepoRecord,
        _ tx: ReadTransaction
    ) throws -> Target {
        if intake.kind(oid) == .commit { return Target(commit: oid, tag: nil) }
        if intake.kind(oid) == nil, try tx.repoHasCommit(repo: repo.id, oid) { return Target(commit: oid, tag: nil) }
        let tag: GitTagRecord?
        if intake.kind(oid) == .tag {
            let data = try intake.bytes(oid)
            guard let text = TagText(parsing: data), text.isOfCommit else {
                throw PushRefusal("The tag \(ref) does not name a commit: this hub keeps no other tags")
            }
            tag = GitTagRecord(oid: oid, target: text.target, data: data)
        } else {
            tag = try tx.tags([oid], repo: repo.id).first
        }
        guard let tag else {
            throw PushRefusal("\(ref) is to point to \(oid), which is no commit of the push or of the repository")
        }
        guard ref.hasPrefix(RefName.tagsPrefix) else { throw PushRefusal("The branch \(ref) must point to a commit") }
        return Target(commit: tag.target, tag: tag)
    }

    // MARK: What it brings

    private func check(_ tips: Set<GitOID>) async throws -> PushContents {
        let (repo, intake, limit) = (repo, intake, hub.limits.regularFileBytes)
        let walk = try intake.use {
            SharedCheck(PushCheck(repo: repo, tips: tips.sorted(), intake: $0, fileBytes: limit))
        }
        while true {
            try Task.checkCancellation()
            if let contents = try await hub.store.read({ tx in try intake.use { _ in try walk.step(tx) } }) {
                return contents
            }
        }
    }

    /// Where the hub is told to keep files out that would run code: before anything is stored.
    private func refuseUnsafe(_ contents: PushContents) async throws {
        guard hub.limits.scanPolicy == .refuse else { return }
        for (oid, path) in contents.files.sorted(by: { $0.value < $1.value }) {
            let path = try RepoPath(path)
            if let pointer = try await work({ $0.pointer(oid) }) {
                try await hub.scans.check(pointer.oid, at: path)
            } else if BlobScanner.isPickleName(path) || contents.files.count < 1000 {
                let bytes = try await work { try $0.bytes(oid) }
                try await hub.scans.check(ByteBuffer(bytes: bytes), at: path)
            }
        }
    }

    /// Stores the bytes of the files, several at a time, and says under which names.
    private func store(_ contents: PushContents) async throws -> [GitOID: FileObjectRecord] {
        var waiting = contents.files.keys.makeIterator()
        return try await withThrowingTaskGroup(of: FileObjectRecord?.self) { group in
            var files: [GitOID: FileObjectRecord] = [:]
            for _ in 0..<Self.parallelFiles {
                if let oid = waiting.next() { group.addTask { try await store(oid) } }
            }
            while let record = try await group.next() {
                if let record { files[record.oid] = record }
                if let oid = waiting.next() { group.addTask { try await store(oid) } }
            }
            return files
        }
    }

    /// - Returns: `nil` for an LFS pointer, whose bytes came another way.
    private func store(_ oid: GitOID) async throws -> FileObjectRecord? {
        let bytes = try await work { intake in
            guard intake.pointer(oid) == nil else { return ByteBuffer?.none }
            return ByteBuffer(bytes: try intake.bytes(oid))
        }
        guard let bytes else { return nil }
        let ingest = try await hub.blobs.ingest(expectedID: nil, expectedSize: Int64(bytes.readableBytes))
        do {
            try await ingest.write(bytes)
            let (sha256, size) = try await ingest.finish()
            return FileObjectRecord(oid: oid, sha256: sha256, size: size, pointerSize: nil)
        } catch {
            await ingest.cancel()
            throw error
        }
    }
}

/// Pieces put together before they are looked at: sockets hand over less, and each look is a trip to a thread.
private final class GatheredBytes: Sendable {
    private static let enough = 512 << 10

    private let bytes = Mutex(ByteBuffer())

    /// - Returns: what has been gathered, once that is enough.
    func add(_ chunk: ByteBuffer) -> ByteBuffer? {
        bytes.withLock { bytes in
            bytes.writeImmutableBuffer(chunk)
            guard bytes.readableBytes >= Self.enough else { return nil }
            defer { bytes = ByteBuffer() }
            return bytes
        }
    }

    func take() -> ByteBuffer {
        bytes.withLock { bytes in
            defer { bytes = ByteBuffer() }
            return bytes
        }
    }
}

/// A pack that several threads look at, one at a time.
final class SharedIntake: Sendable {
    private struct Box: @unchecked Sendable {
        let intake: PackIntake
    }

    private let box: Mutex<Box>

    init(limits: PackLimits, blobs: any BlobStore) throws {
        box = Mutex(Box(intake: try PackIntake(limits: limits, blobs: blobs)))
    }

    func use<Value: Sendable>(_ body: (PackIntake) throws -> Value) throws -> Value {
        try box.withLock { try body($0.intake) }
    }
}

/// A check that goes from one transaction to the next; its caller holds the pack.
private final class SharedCheck: @unchecked Sendable {
    private var check: PushCheck

    init(_ check: PushCheck) { self.check = check }

    func step(_ tx: ReadTransaction) throws -> PushContents? { try check.step(tx) ? check.contents : nil }
}
