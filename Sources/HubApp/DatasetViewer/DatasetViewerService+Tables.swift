// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTabular
import NIOCore

extension DatasetViewerService {
    /// Bytes of text files of a split that are looked at.
    private static let maximumTextBytes: Int64 = 64 << 20
    /// Files of a split that are opened; pictures are not opened until they are shown.
    private static let maximumFiles = 2000

    /// A split with its files opened.
    /// - Throws: ``HubError/Code/notFound``, or ``HubError/Code/unprocessable`` for a file that cannot be read.
    func table(_ dataset: Dataset, _ configuration: String, _ split: String) async throws -> ViewerTable {
        let found = try dataset.configuration(configuration)
        guard let place = found.splits.firstIndex(where: { $0.name == split }) else {
            throw HubError(
                .notFound,
                "The config '\(found.name)' has no split '\(split.prefix(100))'",
                cause: ViewerProblem.splitNotFound
            )
        }
        let key = "table \(dataset.commit.hex) \(found.name)\u{0}\(split)"
        if let kept = hub.viewerCache.find(key, as: ViewerTable.self) { return kept }
        let table =
            found.format == .imagefolder
            ? try await pictures(dataset, Array(found.splits[...place])) : try await files(dataset, found, place)
        let cost = table.parts.reduce(4096) { $0 + 1024 + $1.source.rowCount / 8 }
        hub.viewerCache.keep(table, as: key, cost: cost)
        return table
    }

    private func files(_ dataset: Dataset, _ configuration: ViewerConfiguration, _ place: Int) async throws
        -> ViewerTable
    {
        let paths = configuration.splits[place].paths
        let objects = try await objects(dataset, paths)
        var sources: [(path: String, source: any TableSource)] = []
        var textBytes: Int64 = 0
        // The first split's first file says the types of all, as datasets has it.
        var model: [Feature] = []
        if configuration.format != .parquet, place > 0, let first = configuration.splits.first {
            model = try await table(dataset, configuration.name, first.name).features
        }
        for path in paths.prefix(Self.maximumFiles) {
            guard let object = objects[path] else { throw HubError.entryNotFound(path, commit: dataset.commit) }
            if configuration.format != .parquet {
                if textBytes >= Self.maximumTextBytes { break }
                textBytes += object.size
            }
            let source = try await open(path, object, like: model)
            if model.isEmpty { model = source.features }
            sources.append((path, source))
        }
        return try ViewerTable(sources, isPartial: sources.count < paths.count)
    }

    /// - Parameter splits: up to the one that is wanted: labels are those of all of them.
    private func pictures(_ dataset: Dataset, _ splits: [ViewerSplit]) async throws -> ViewerTable {
        func isMetadata(_ path: String) -> Bool {
            ViewerFormat.metadataNames.contains(String(RepoFiles.name(of: path)))
        }
        let all = splits.flatMap(\.paths)
        let wanted = splits.last?.paths ?? []
        guard all.contains(where: isMetadata) else {
            return try ViewerTable([("", ImageFolderTable(wanted, allPaths: all))], isPartial: false)
        }
        let paths = wanted.filter(isMetadata)
        let objects = try await objects(dataset, paths)
        var sources: [(path: String, source: any TableSource)] = []
        for path in paths.prefix(Self.maximumFiles) {
            guard let object = objects[path] else { throw HubError.entryNotFound(path, commit: dataset.commit) }
            do { sources.append((path, try ImageMetadataTable(try await open(path, object), path: path))) } catch let
                error as TabularError
            { throw HubError.unreadable(path, error) }
        }
        return try ViewerTable(sources, isPartial: sources.count < paths.count)
    }

    private func open(
        _ path: String,
        _ object: FileObjectRecord,
        like model: [Feature] = []
    ) async throws -> any TableSource {
        let source = try await bytes(object)
        do {
            switch (ViewerFormat.byExtension[RepoFiles.fileExtension(of: path)], RepoFiles.fileExtension(of: path)) {
            case (.parquet?, _): return try await ParquetTable(source)
            case (.csv?, "tsv"): return try await TextTable(source, .csv(separator: UInt8(ascii: "\t")), like: model)
            case (.csv?, _): return try await TextTable(source, .csv(separator: UInt8(ascii: ",")), like: model)
            case (.json?, _): return try await TextTable(source, .json, like: model)
            default: return try await TextTable(source, .lines, like: model)
            }
        } catch let error as TabularError { throw HubError.unreadable(path, error) }
    }

    /// What some files are; those that are not there are left out.
    func objects(_ dataset: Dataset, _ paths: [String]) async throws -> [String: FileObjectRecord] {
        let wanted = paths.compactMap { path in dataset.layout.files[path].map { (path, $0) } }
        return try await hub.store.read { tx in
            let objects = try tx.fileObjects(wanted.map(\.1))
            var found: [String: FileObjectRecord] = [:]
            for (path, oid) in wanted {
                guard let object = objects[oid] else { continue }
                if try tx.isDamaged(object.sha256) { throw HubError.damaged(path) }
                found[path] = object
            }
            return found
        }
    }

    private func bytes(_ object: FileObjectRecord) async throws -> ByteSource {
        let blobs = hub.blobs
        // Opened once for each read of a page: a table that is kept must not keep a file open, nor bytes from collection.
        return ByteSource(size: object.size) { offset, count in
            let reader = try await blobs.open(object.sha256)
            guard let buffer = try await reader.read(at: offset, exactly: count) else {
                throw TabularError("it ended before its size")
            }
            return Array(buffer.readableBytesView)
        }
    }
}
