// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Scans in the hub's JSON, as clients read it.
struct ScanPresenter {
    /// Only those who may write learn of credentials: to others the hint would be a gift.
    let showsSecrets: Bool

    /// The `securityFileStatus` of a file.
    func fileStatus(_ record: ScanRecord?) throws -> JSONValue {
        guard let record else { return ["status": "unscanned", "avScan": .null, "pickleImportScan": .null] }
        var json: JSONObject = ["status": .string(record.status.rawValue), "avScan": .null]
        let report = try Self.report(record)
        json["pickleImportScan"] = Self.pickleScan(report, status: record.status) ?? .null
        if let layers = report?["lambdaLayers"]?.intValue {
            json["kerasScan"] = ["status": "unsafe", "lambdaLayers": .int(layers)]
        }
        if showsSecrets, let secrets = report?["secrets"] {
            json["secretScan"] = ["status": "caution", "secrets": secrets]
        }
        if let failure = report?["failure"] { json["message"] = failure }
        return .object(json)
    }

    private static func pickleScan(_ report: JSONValue?, status: ScanRecord.Status) -> JSONValue? {
        guard let pickle = report?["pickle"] else { return nil }
        return [
            "status": .string(status.rawValue), "pickleImports": pickle["imports"] ?? [],
            "highestSafetyLevel": pickle["highestSafetyLevel"] ?? "innocuous", "complete": pickle["complete"] ?? true,
        ]
    }

    static func report(_ record: ScanRecord) throws -> JSONValue? {
        guard let text = record.report else { return nil }
        do { return try JSONValue(parsing: Array(text.utf8)) } catch {
            throw HubError(.corrupt, "The metadata database holds a scan that cannot be read", cause: error)
        }
    }
}

/// What the scans of all files of a commit come to.
struct RepoScan {
    struct File {
        let path: String
        let record: ScanRecord?
    }

    let repo: RepoRecord
    let commit: CommitRecord?
    let files: [File]

    init(_ tx: ReadTransaction, repo: RepoRecord, commit: CommitRecord?) throws {
        self.repo = repo
        self.commit = commit
        let located = try commit.map { try TreeReader(tx).files(root: $0.tree) } ?? []
        let objects = try tx.fileObjects(located.map(\.entry.oid))
        let scans = try tx.scans(objects.values.map(\.sha256))
        files = located.map { File(path: $0.path, record: objects[$0.entry.oid].flatMap { scans[$0.sha256] }) }
    }

    private var isDone: Bool { files.allSatisfy { $0.record.map { $0.status != .queued } ?? false } }

    /// `securityRepoStatus`.
    var status: JSONValue {
        let issues = files.compactMap { file -> JSONValue? in
            guard let status = file.record?.status, [.caution, .suspicious, .unsafe].contains(status) else {
                return nil
            }
            return ["path": .string(file.path), "level": .string(status.rawValue)]
        }
        return ["scansDone": .bool(isDone), "filesWithIssues": .array(issues)]
    }

    /// The answer of `GET /api/models/{id}/scan`.
    func json(showsSecrets: Bool) throws -> JSONValue {
        let unsafe = files.filter { $0.record?.status == .unsafe }.map { JSONValue.string($0.path) }
        var json: JSONObject = [
            "repositoryId": .string("\(repo.kind.plural)/\(repo.fullName)"),
            "revision": commit.map { .string($0.oid.hex) } ?? .null,
            "hasUnsafeFile": .bool(!unsafe.isEmpty),
            "clamAVInfectedFiles": [],
            "dangerousPickles": .array(unsafe),
            "scansDone": .bool(isDone),
        ]
        let presenter = ScanPresenter(showsSecrets: showsSecrets)
        json["files"] = .array(
            try files.map { file in
                var entry = try presenter.fileStatus(file.record).objectValue ?? [:]
                entry["path"] = .string(file.path)
                return .object(entry)
            }
        )
        return .object(json)
    }
}
