// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
import NIOCore

/// What the hub does with files that would run code on whoever loads them.
public enum ScanPolicy: String, Sendable, CaseIterable {
    /// Say so.
    case warn
    /// Keep them out, and do not hand out those that are in.
    case refuse
}

/// Scans of files: kept by content, made after the commit, before it where the policy is to refuse.
public struct ScanService: Sendable {
    let hub: Hub

    private static let batch = 32

    /// What the scans of a repo's files found.
    public func report(
        _ kind: RepoKind,
        _ id: RepoID,
        revision: Revision?,
        viewer: Viewer
    ) async throws -> JSONValue {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let commit = try revision.map { try tx.resolve($0, in: repo) } ?? tx.head(of: repo)
            return try RepoScan(tx, repo: repo, commit: commit).json(showsSecrets: viewer.canWrite(repo))
        }
    }

    /// Scans what waits until nothing does; returns how many blobs it read.
    @discardableResult
    public func runQueued() async throws -> Int {
        var done = 0
        while !Task.isCancelled {
            let waiting = try await hub.store.read { try $0.queuedScans(limit: Self.batch) }
            guard !waiting.isEmpty else { break }
            for record in waiting {
                try await store(record)
                done += 1
                if Task.isCancelled { break }
            }
        }
        return done
    }

    private func store(_ queued: ScanRecord) async throws {
        let report = try await scan(queued.blob, isNamedPickle: queued.isNamedPickle)
        let record = ScanRecord(
            blob: queued.blob,
            status: report.status,
            isNamedPickle: queued.isNamedPickle,
            report: report.json.serialized
        )
        let now = hub.clock.now
        try await hub.store.write { try $0.storeScan(record, at: now) }
    }

    private func scan(_ blob: BlobID, isNamedPickle: Bool) async throws -> ScanReport {
        do {
            return try await BlobScanner(reader: try await hub.blobs.open(blob), isNamedPickle: isNamedPickle).scan()
        } catch let error as HubError where error.code == .notFound || error.code == .corrupt {
            var report = ScanReport()
            report.failure = "The file's bytes cannot be read"
            return report
        }
    }

    /// Throws if the policy is to refuse and one of the files a commit brings would run code when it is loaded.
    /// - Throws: ``HubError/Code/forbidden`` that names the file and what it imports.
    func check(_ operations: [CommitOperation], to kind: RepoKind, _ id: RepoID, viewer: Viewer) async throws {
        guard hub.limits.scanPolicy == .refuse else { return }
        let repo = try await hub.store.read { try $0.repo(kind, id, for: viewer, .propose) }
        for operation in operations {
            let path: RepoPath
            let blob: BlobID
            switch operation {
            case .addFile(let file, let content):
                path = file
                blob = content.pointsTo?.oid ?? content.sha256
            case .addLFSFile(let file, let oid, _):
                path = file
                blob = oid
            case .deleteFile, .deleteFolder: continue
            }
            // What the viewer may not use is refused by the commit itself, in the words for what is not there.
            if case .addFile(_, let content) = operation, content.pointsTo == nil {
                // Its bytes came with the commit.
            } else {
                guard try await hub.store.read({ try $0.mayUse(blob, in: repo, viewer: viewer) }) else { continue }
            }
            try await check(blob, at: path)
        }
    }

    /// Throws if a stored blob would run code when it is loaded; not if there is none.
    /// - Throws: ``HubError/Code/forbidden`` that names the file and what it imports.
    func check(_ blob: BlobID, at path: RepoPath) async throws {
        guard try await hub.blobs.size(of: blob) != nil else { return }
        try Self.refuse(try await scan(blob, isNamedPickle: BlobScanner.isPickleName(path)), path)
    }

    /// The same for bytes that are not stored yet.
    func check(_ bytes: ByteBuffer, at path: RepoPath) async throws {
        let scanner = BlobScanner(reader: BytesReader(bytes: bytes), isNamedPickle: BlobScanner.isPickleName(path))
        try Self.refuse(try await scanner.scan(), path)
    }

    private static func refuse(_ report: ScanReport, _ path: RepoPath) throws {
        guard report.status == .unsafe else { return }
        throw HubError(
            .forbidden,
            "This hub refuses '\(path)': \(reason(report)). Store weights as safetensors."
        )
    }

    /// Throws if the policy is to refuse and a scan found the blob unsafe.
    static func check(_ tx: ReadTransaction, _ blob: BlobID, path: RepoPath, policy: ScanPolicy) throws {
        guard policy == .refuse, try tx.scan(blob)?.status == .unsafe else { return }
        throw HubError(
            .forbidden,
            "This hub does not hand out '\(path)': a scan found that loading it would run code. "
                + "See the scan of the repository."
        )
    }

    private static func reason(_ report: ScanReport) -> String {
        let names = (report.imports ?? []).filter { $0.safety == .dangerous }.prefix(3).map {
            "\($0.module).\($0.name)"
        }
        return names.isEmpty ? "a layer carries code" : "loading it would run \(names.joined(separator: ", "))"
    }
}

/// Bytes in memory, read as a blob is.
private struct BytesReader: BlobReader {
    let bytes: ByteBuffer

    var size: Int64 { Int64(bytes.readableBytes) }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard let start = Int(exactly: offset), start >= 0, start <= bytes.readableBytes else { return ByteBuffer() }
        let length = min(max(0, count), bytes.readableBytes - start)
        return bytes.getSlice(at: bytes.readerIndex + start, length: length) ?? ByteBuffer()
    }
}
