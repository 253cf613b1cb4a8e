// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix
import Synchronization

/// Reads everything again and compares: every blob with its digest, every object with its id, every row with what it
/// names.
///
/// Damaged blobs are taken out of use, so that nobody gets wrong bytes and the same content can be pushed again. Works
/// beside a running hubd; garbage collection waits meanwhile. Memory does not grow with the hub.
public struct Verifier: Sendable {
    /// Blobs read at once.
    private static let readers = 4
    private static let batch = 500
    private static let chunk = 1 << 20

    let hub: Hub
    /// Whether damage is only reported.
    let looksOnly: Bool
    let progress: @Sendable (_ bytes: Int64, _ ofBytes: Int64) -> Void
    private let report = Shared()

    /// What several readers add to.
    private final class Shared: Sendable {
        let value = Mutex(VerificationReport())
        func update(_ change: (inout VerificationReport) -> Void) { value.withLock { change(&$0) } }
        func add(_ kind: VerificationFinding.Kind, _ text: String) {
            update { $0.add(VerificationFinding(kind: kind, text: text)) }
        }
    }

    init(hub: Hub, looksOnly: Bool, progress: @escaping @Sendable (Int64, Int64) -> Void) {
        self.hub = hub
        self.looksOnly = looksOnly
        self.progress = progress
    }

    func run() async throws -> VerificationReport {
        let store = hub.store
        let marks = try await NIOThreadPool.singleton.runIfActive { try store.openMarks() }
        do {
            try await database()
            try await gitObjects()
            try await fileObjects()
            // Before damaged files are set aside and so come to be missing too.
            try await blobRows()
            try await blobFiles()
            let chunks = try await ChunkVerifier(hub: hub, looksOnly: looksOnly) { [report] in report.add($0, $1) }
                .run()
            report.update {
                $0.xorbs = chunks.xorbs
                $0.chunkedFiles = chunks.files
            }
            try await NIOThreadPool.singleton.runIfActive { try marks.close() }
        } catch {
            // The first error is the finding; the lock goes with the object.
            try? await NIOThreadPool.singleton.runIfActive { try marks.close() }
            throw error
        }
        return report.value.withLock { $0 }
    }

    private func database() async throws {
        let (damage, inconsistencies, refs) = try await hub.store.read { tx in
            (
                try tx.damage(limit: 100), try tx.inconsistencies(limit: VerificationReport.listed),
                try tx.refCount()
            )
        }
        for text in damage { report.add(.corrupted, "the database: \(text)") }
        for text in inconsistencies { report.add(.inconsistent, text) }
        report.update { $0.refs = refs }
    }

    // MARK: Git objects

    private func gitObjects() async throws {
        var last: GitOID?
        while true {
            try Task.checkCancellation()
            let (after, report) = (last, report)
            // Few at a time: a tree of 100,000 files has 4 MB.
            let end = try await hub.store.read { tx in
                let page = try tx.gitObjectData(after: after, limit: 50)
                for object in page { try Self.check(object, tx, report) }
                return page.last?.oid
            }
            guard let end else { return }
            last = end
        }
    }

    private static func check(_ object: GitObjectData, _ tx: ReadTransaction, _ report: Shared) throws {
        let (kind, oid) = (object.kind, object.oid)
        report.update { if kind == .commit { $0.commits += 1 } else { $0.trees += 1 } }
        guard (kind == .commit ? GitObjectKind.commit : .tree).oid(of: object.data) == oid else {
            return report.add(.corrupted, "the \(kind.rawValue) \(oid) has bytes of another id")
        }
        switch kind {
        case .commit:
            guard let links = CommitLinks(parsing: object.data) else {
                return report.add(.corrupted, "the commit \(oid) cannot be read")
            }
            if try !tx.hasTree(links.tree) { report.add(.missing, "the tree \(links.tree) of the commit \(oid)") }
            for parent in links.parents where try tx.commitLinks(parent) == nil {
                report.add(.missing, "the commit \(parent), before the commit \(oid)")
            }
            guard let row = try tx.commitLinks(oid) else {
                return report.add(.missing, "the row of the commit \(oid)")
            }
            if row.tree != links.tree || row.parent != links.parents.first {
                report.add(.inconsistent, "the row of the commit \(oid) says other than its bytes")
            }
        case .tree:
            guard let tree = try? TreeObject(parsing: object.data) else {
                return report.add(.corrupted, "the tree \(oid) cannot be read")
            }
            for entry in tree.entries where entry.mode != .submodule {
                let isThere = try entry.isFolder ? tx.hasTree(entry.oid) : tx.hasFileObject(entry.oid)
                if !isThere { report.add(.missing, "\(entry.oid), '\(entry.name)' of the tree \(oid)") }
            }
        }
    }

    private func fileObjects() async throws {
        var last: GitOID?
        while true {
            try Task.checkCancellation()
            let (after, report) = (last, report)
            let end = try await hub.store.read { tx in
                let page = try tx.fileObjects(after: after, limit: Self.batch)
                for file in page {
                    guard let size = try tx.blobSize(file.sha256) else {
                        report.add(.missing, "the row of the blob \(file.sha256), content of \(file.oid)")
                        continue
                    }
                    if size != file.size {
                        report.add(.inconsistent, "the file \(file.oid) has \(file.size) bytes, its blob \(size)")
                    }
                    guard let pointerSize = file.pointerSize else { continue }
                    let pointer = LFSPointer(oid: file.sha256, size: file.size).data
                    if GitObjectKind.blob.oid(of: pointer) != file.oid || Int64(pointer.count) != pointerSize {
                        report.add(.inconsistent, "the LFS pointer \(file.oid) is not that of its content")
                    }
                }
                report.update { $0.files += Int64(page.count) }
                return page.last?.oid
            }
            guard let end else { return }
            last = end
        }
    }

    // MARK: Blobs

    private func blobFiles() async throws {
        let total = try await hub.store.read { try $0.blobTotals().bytes }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            try await hub.wholeBlobs.forEach { id, size, _ in
                try Task.checkCancellation()
                if running == Self.readers {
                    try await group.next()
                    running -= 1
                }
                running += 1
                group.addTask {
                    try await check(id, size)
                    let done = report.value.withLock { $0.bytes }
                    progress(done, max(total, done))
                }
            }
            try await group.waitForAll()
        }
    }

    private func check(_ id: BlobID, _ size: Int64) async throws {
        let (expected, files, isNoted) = try await hub.store.read { tx in
            (try tx.blobSize(id), try tx.fileObjects(of: id).filter { !$0.isLFS }, try tx.isDamaged(id))
        }
        guard let (digest, gitOID) = try await hash(id, withGit: !files.isEmpty) else { return }
        report.update {
            $0.blobs += 1
            $0.bytes += size
            if expected == nil {
                $0.orphaned += 1
                $0.orphanedBytes += size
            }
        }
        guard digest == id, expected ?? size == size else {
            let reason =
                digest == id ? "\(size) bytes instead of \(expected ?? 0)" : "the bytes have the digest \(digest)"
            report.add(.corrupted, "the blob \(id): \(reason)")
            if !looksOnly { try await hub.noteDamage(id, reason) }
            return
        }
        for file in files where file.oid != gitOID {
            report.add(.inconsistent, "the file \(file.oid) has the content \(id), whose git id is another")
        }
        if isNoted, !looksOnly {
            try await hub.store.write { try $0.forgetDamage([id]) }
            report.update { $0.healed += 1 }
        }
    }

    /// `nil` if the blob has gone meanwhile.
    private func hash(_ id: BlobID, withGit: Bool) async throws -> (BlobID, GitOID?)? {
        let reader: any BlobReader
        do { reader = try await hub.wholeBlobs.open(id) } catch let error as HubError where error.code == .notFound {
            return nil
        }
        var sha256 = SHA256()
        var git = GitBlobHasher(size: reader.size)
        var offset: Int64 = 0
        while offset < reader.size {
            let chunk = try await reader.read(at: offset, upTo: Self.chunk)
            chunk.withUnsafeReadableBytes { bytes in
                sha256.update(bufferPointer: bytes)
                if withGit { git.update(bytes) }
            }
            offset += Int64(chunk.readableBytes)
        }
        guard let digest = BlobID(bytes: Array(sha256.finalize())) else { return nil }
        return (digest, withGit ? git.finalize() : nil)
    }

    private func blobRows() async throws {
        var last: BlobID?
        while true {
            try Task.checkCancellation()
            let after = last
            let page = try await hub.store.read { try $0.blobRows(after: after, limit: Self.batch) }
            for row in page where try await hub.wholeBlobs.size(of: row.id) == nil {
                let isMissing = try await hub.store.read { tx in
                    // Gone with its row since the page was read?
                    guard try tx.blobSize(row.id) != nil else { return false }
                    // What lies in chunks of other blobs is looked at there; chunks that lie in this very blob are lost.
                    return try tx.xetFile(of: row.id) == nil || !tx.xetDomains(of: row.id).isEmpty
                }
                guard isMissing else { continue }
                report.add(.missing, "the blob \(row.id) (\(row.size) bytes)")
                if !looksOnly { try await hub.noteDamage(row.id, "missing") }
            }
            guard let end = page.last?.id else { return }
            last = end
        }
    }
}
