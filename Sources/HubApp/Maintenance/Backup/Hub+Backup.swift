// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubBlobs
import HubCore
import HubStore
import NIOPosix

extension Hub {
    /// Copies the hub into a folder, or brings the copy that is there up to date; beside a running server.
    /// - Parameters:
    ///   - links: make further names for files instead of copies, where the file system can.
    ///   - prunes: remove from the folder what nothing names any more.
    ///   - progress: told of bytes, and of how many there are.
    public func backup(
        to folder: String,
        links: Bool,
        prunes: Bool,
        by viewer: Viewer = .machineOperator,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> BackupReport {
        let report = try await Backup(hub: self, folder: folder, links: links, prunes: prunes, progress: progress)
            .run()
        let now = clock.now
        try await store.write(durable: true) { tx in
            try tx.audit(.backupRun, folder, by: viewer, report.object, at: now)
        }
        return report
    }

    /// Makes a data folder from a backup.
    /// - Throws: ``HubError/Code/conflict`` unless the folder is empty or absent; ``HubError/Code/notFound`` without a
    ///   backup.
    public static func restore(
        _ backup: String,
        to folder: String,
        links: Bool,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> (hub: Hub, report: BackupReport) {
        let started = ContinuousClock.now
        let manager = FileManager.default
        guard manager.fileExists(atPath: "\(backup)/\(databaseName)"), manager.fileExists(atPath: backup + "/blobs")
        else { throw HubError(.notFound, "\(backup) is no backup: it must hold \(databaseName) and blobs/") }
        if manager.fileExists(atPath: folder) {
            guard try manager.contentsOfDirectory(atPath: folder).isEmpty else {
                throw HubError(.conflict, "\(folder) is not empty; restore into a new folder")
            }
        }
        let source = LocalBlobStore(readingFrom: backup)
        let target = try await LocalBlobStore(dataFolder: folder, threadCount: 2)
        let path = "\(folder)/\(Backup.newName)"
        let store = try await NIOThreadPool.singleton.runIfActive {
            try FileManager.default.copyItem(atPath: "\(backup)/\(databaseName)", toPath: path)
            return try MetadataStore(path: path, readers: 2)
        }
        var report = try await Backup.transfer(
            from: source,
            to: target,
            namedBy: store,
            links: links,
            progress: progress
        )
        try await target.syncAll()
        try await NIOThreadPool.singleton.runIfActive {
            try store.close()
            try Backup.publish(path, as: "\(folder)/\(databaseName)")
        }
        let hub = try await Hub.open(dataFolder: folder)
        report.milliseconds = Int64((ContinuousClock.now - started) / .milliseconds(1))
        let (now, object) = (hub.clock.now, report.object)
        try await hub.store.write(durable: true) { tx in
            try tx.audit(.restoreRun, folder, by: .machineOperator, object, at: now)
        }
        return (hub, report)
    }
}
