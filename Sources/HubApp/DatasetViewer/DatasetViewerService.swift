// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
public import HubTabular
import HubTransfer
import NIOCore

/// Looks into datasets: which splits there are, their columns, rows and statistics.
public struct DatasetViewerService: Sendable {
    let hub: Hub

    /// Rows of one page.
    public static let pageRows = 100

    /// A dataset at a commit, whose files the viewer may read.
    public struct Dataset: Sendable {
        public let id: RepoID
        public let commit: GitOID
        public var configurations: [ViewerConfiguration] { layout.configurations }
        let layout: ViewerLayout

        /// - Throws: ``HubError/Code/notFound``.
        public func configuration(_ name: String) throws -> ViewerConfiguration {
            guard let found = configurations.first(where: { $0.name == name }) else {
                throw HubError(
                    .notFound,
                    "The dataset has no config '\(name.prefix(100))'",
                    cause: ViewerProblem.configNotFound
                )
            }
            return found
        }
    }

    /// Some rows of a split.
    public struct Page: Sendable {
        public struct Row: Sendable {
            /// Its number in the split, from 0.
            public let index: Int
            /// In the order of the features.
            public let cells: [CellValue]
        }

        public let features: [Feature]
        public let rows: [Row]
        /// Of the split, or of all that match.
        public let total: Int
        /// Whether there is more in the files than was looked at.
        public let isPartial: Bool
    }

    /// Finds a dataset's configurations and splits.
    /// - Throws: repo or revision not found, ``HubError/Code/gated``, or ``HubError/Code/unprocessable`` when there is
    ///   nothing that can be shown; the message says why.
    public func dataset(_ id: RepoID, _ revision: Revision = .main, viewer: Viewer) async throws -> Dataset {
        let (commit, layout, files, readme) = try await hub.store.read {
            tx -> (GitOID, ViewerLayout?, [String: GitOID], BlobID?) in
            let repo = try tx.repo(.dataset, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            if let kept = hub.viewerCache.find("layout \(commit.oid.hex)", as: ViewerLayout.self) {
                return (commit.oid, kept, [:], nil)
            }
            var files: [String: GitOID] = [:]
            for file in try TreeReader(tx).files(root: commit.tree) { files[file.path] = file.entry.oid }
            let readme = try files["README.md"].flatMap { try tx.fileObjects([$0])[$0] }
            let isSmall = readme.map { $0.size <= hub.limits.metadataFileBytes } ?? false
            return (commit.oid, nil, files, isSmall ? readme?.sha256 : nil)
        }
        if let layout { return Dataset(id: id, commit: commit, layout: layout) }
        var card: JSONObject = [:]
        if let readme {
            let text = try await hub.blobs.open(readme).whole(limit: hub.limits.metadataFileBytes)
            let read = RepoCard(readme: text.readableBytesView)
            if let error = read.error { throw HubError(.unprocessable, error) }
            card = read.data ?? [:]
        }
        let made = try ViewerLayout(files: files, card: card)
        let cost = files.reduce(4096) { $0 + $1.key.utf8.count * 2 + 120 }
        hub.viewerCache.keep(made, as: "layout \(commit.hex)", cost: cost)
        return Dataset(id: id, commit: commit, layout: made)
    }

    /// The columns of a split, how many rows it has, and whether that is all of it.
    public func columns(_ dataset: Dataset, _ configuration: String, _ split: String) async throws -> Page {
        try await rows(dataset, configuration, split, offset: 0, length: 0)
    }

    /// A page of a split's rows.
    /// - Parameter length: rows; at most ``pageRows`` come.
    @concurrent public func rows(
        _ dataset: Dataset,
        _ configuration: String,
        _ split: String,
        offset: Int,
        length: Int
    ) async throws -> Page {
        try await hub.viewerCache.admitting {
            let table = try await table(dataset, configuration, split)
            let start = min(max(0, offset), table.rowCount)
            let rows = start..<min(table.rowCount, start + max(0, min(length, Self.pageRows)))
            return Page(
                features: table.features,
                rows: try await self.rows(Array(rows), of: table, dataset),
                total: table.rowCount,
                isPartial: table.isPartial
            )
        }
    }

    /// The rows with some numbers, in their order, with pictures looked at and put aside.
    func rows(_ indices: [Int], of table: ViewerTable, _ dataset: Dataset) async throws -> [Page.Row] {
        var cells: [Int: [CellValue]] = [:]
        for run in Self.runs(indices.sorted()) {
            for (column, feature) in table.features.enumerated() {
                let read = try await table.cells(columns: [column], rows: run).first ?? []
                for index in indices where run.contains(index) {
                    guard index - run.lowerBound < read.count else { continue }
                    let cell = read[index - run.lowerBound]
                    cells[index, default: []].append(try await look(at: cell, feature.type, dataset))
                }
            }
        }
        return indices.map { Page.Row(index: $0, cells: cells[$0] ?? []) }
    }

    /// Ranges that cover some numbers: close ones are read together.
    private static func runs(_ indices: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in indices {
            if let last = runs.last, index - last.upperBound < 32 {
                runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, index + 1)
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }
}
