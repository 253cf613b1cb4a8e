// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubBlobs
import HubCore
import HubStore
import NIOPosix

/// A copy of a hub that is a data folder itself: database and blobs.
///
/// The order makes it whole: garbage collection is kept off, the database is copied as of one moment, then every blob it
/// names (which are there, as rows never come before bytes), and only then does the copy of the database get its name.
/// A folder that has a backup already gets what is new, and stays the old backup until the last step.
struct Backup {
    static let newName = Hub.databaseName + ".new"
    private static let batch = 500

    let hub: Hub
    let folder: String
    let links: Bool
    let prunes: Bool
    let progress: @Sendable (_ bytes: Int64, _ ofBytes: Int64) -> Void

    func run() async throws -> BackupReport {
        guard let source = hub.wholeBlobs as? LocalBlobStore else {
            throw HubError(.unsupported, "Only a hub in a folder can be backed up")
        }
        let started = ContinuousClock.now
        let store = hub.store
        let marks = try await NIOThreadPool.singleton.runIfActive { try store.openMarks() }
        do {
            let target = try await LocalBlobStore(dataFolder: folder, threadCount: 2)
            var report = try await copy(source, target)
            report.milliseconds = Int64((ContinuousClock.now - started) / .milliseconds(1))
            try await NIOThreadPool.singleton.runIfActive { try marks.close() }
            return report
        } catch {
            // The first error is the finding; the lock goes with the object.
            try? await NIOThreadPool.singleton.runIfActive { try marks.close() }
            throw error
        }
    }

    private func copy(_ source: LocalBlobStore, _ target: LocalBlobStore) async throws -> BackupReport {
        let store = hub.store
        let path = "\(folder)/\(Self.newName)"
        let copied = try await NIOThreadPool.singleton.runIfActive {
            try Self.removeDatabase(path)
            try store.copy(to: path)
            return try MetadataStore(path: path, readers: 2)
        }
        try await copied.write(durable: true) { try $0.forgetRunningWork() }
        var report = try await Self.transfer(
            from: source,
            to: target,
            namedBy: copied,
            links: links,
            progress: progress
        )
        try await target.syncAll()
        let final = "\(folder)/\(Hub.databaseName)"
        try await NIOThreadPool.singleton.runIfActive {
            try copied.close()
            try Self.publish(path, as: final)
        }
        if prunes { report.pruned = try await prune(target, final) }
        return report
    }

    /// Gives the target every blob that a database names.
    static func transfer(
        from source: LocalBlobStore,
        to target: LocalBlobStore,
        namedBy store: MetadataStore,
        links: Bool,
        progress: @Sendable (Int64, Int64) -> Void
    ) async throws -> BackupReport {
        var report = BackupReport()
        let total = try await store.read { try $0.blobTotals().bytes }
        var last: BlobID?
        while true {
            try Task.checkCancellation()
            let after = last
            let page = try await store.read { tx in
                try tx.blobRows(after: after, limit: batch).map { ($0, try tx.isDamaged($0.id)) }
            }
            for (row, isDamaged) in page {
                guard !isDamaged else {
                    report.damaged += 1
                    continue
                }
                // What lies in chunks is in the blobs of its xorbs.
                if try await source.size(of: row.id) == nil,
                    try await store.read({ try $0.isMadeOfOtherBlobs(row.id) })
                {
                    continue
                }
                switch try await source.give(row.id, size: row.size, to: target, links: links) {
                case .present: break
                case .linked: report.linked += 1
                case .copied:
                    report.copied += 1
                    report.copiedBytes += row.size
                }
                report.blobs += 1
                report.bytes += row.size
                progress(report.bytes, total)
            }
            guard let end = page.last?.0.id else { return report }
            last = end
        }
    }

    /// Removes what earlier backups had and this one does not name.
    private func prune(_ target: LocalBlobStore, _ database: String) async throws -> Int64 {
        let store = try await NIOThreadPool.singleton.runIfActive { try MetadataStore(path: database, readers: 2) }
        var pruned: Int64 = 0
        try await target.forEach { id, _, _ in
            guard try await store.read({ try $0.blobSize(id) == nil }) else { return }
            try await target.delete(id)
            pruned += 1
        }
        try await NIOThreadPool.singleton.runIfActive { try store.close() }
        return pruned
    }

    /// Removes a database with what SQLite keeps beside it.
    static func removeDatabase(_ path: String) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Puts a closed database durably in the place of another.
    static func publish(_ path: String, as final: String) throws {
        // Those of the database that was there before would be taken for the new one's.
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: final + suffix) {
            try FileManager.default.removeItem(atPath: final + suffix)
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.synchronize()
        try file.close()
        guard rename(path, final) == 0 else {
            throw HubError(.unavailable, "\(final) cannot be written: \(String(cString: strerror(errno)))")
        }
        sync()
    }
}
