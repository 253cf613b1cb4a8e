// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A table of a dataset: some files of one format.
public struct ViewerSplit: Sendable, Hashable {
    public let name: String
    /// In the order of their rows.
    public let paths: [String]
}

/// A subset of a dataset, as its card or its files' names make it.
public struct ViewerConfiguration: Sendable, Hashable {
    public let name: String
    public let splits: [ViewerSplit]
    public let format: ViewerFormat
}

/// What data files are.
public enum ViewerFormat: String, Sendable, Hashable {
    case parquet, csv, json, text, imagefolder

    /// By a lower-case extension without its dot.
    static let byExtension: [String: ViewerFormat] = [
        "parquet": .parquet, "geoparquet": .parquet, "gpq": .parquet, "csv": .csv, "tsv": .csv, "json": .json,
        "jsonl": .json, "ndjson": .json, "txt": .text, "jpg": .imagefolder, "jpeg": .imagefolder, "png": .imagefolder,
        "gif": .imagefolder, "webp": .imagefolder, "bmp": .imagefolder, "tif": .imagefolder, "tiff": .imagefolder,
    ]

    static let metadataNames: Set<String> = ["metadata.csv", "metadata.jsonl", "metadata.parquet"]

    func takes(_ path: String) -> Bool {
        if self == .imagefolder, Self.metadataNames.contains(String(RepoFiles.name(of: path))) { return true }
        return Self.byExtension[RepoFiles.fileExtension(of: path)] == self
    }

    /// The format of most files; `nil` when none is of one that is read.
    static func of(_ paths: [String]) -> ViewerFormat? {
        var counts: [String: Int] = [:]
        for path in paths where !metadataNames.contains(String(RepoFiles.name(of: path))) {
            counts[RepoFiles.fileExtension(of: path), default: 0] += 1
        }
        if counts.isEmpty {
            for path in paths { counts[RepoFiles.fileExtension(of: path), default: 0] += 1 }
        }
        let order = ["parquet", "jsonl", "json", "csv"]
        func rank(_ name: String) -> Int { order.firstIndex(of: name).map { order.count - $0 } ?? 0 }
        let known = counts.filter { byExtension[$0.key] != nil }
        let most = known.max { ($0.value, rank($0.key), $0.key) < ($1.value, rank($1.key), $1.key) }
        return most.flatMap { byExtension[$0.key] }
    }
}

/// Which configurations and splits the files of a commit make.
struct ViewerLayout: Sendable {
    let configurations: [ViewerConfiguration]
    /// Every file's git blob, by path.
    let files: [String: GitOID]
    /// What the card says besides, for `/info`.
    let card: JSONObject

    /// - Throws: ``HubError/Code/unprocessable`` for a card whose `configs` cannot be followed, or when nothing is there to show.
    init(files: [String: GitOID], card: JSONObject) throws {
        let paths = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.files = files
        self.card = card
        var configurations: [ViewerConfiguration] = []
        if let entries = card["configs"]?.arrayValue, !entries.isEmpty {
            for entry in entries {
                guard let name = entry["config_name"]?.stringValue, !name.isEmpty else {
                    throw HubError(
                        .unprocessable,
                        "Each of the card's configs must have a config_name",
                        cause: ViewerProblem.configNames
                    )
                }
                configurations.append(try Self.configuration(name, entry, paths))
            }
        } else {
            configurations.append(try Self.make("default", DefaultSplits.of(paths)))
        }
        self.configurations = configurations
    }

    private static func configuration(_ name: String, _ entry: JSONValue, _ paths: [String]) throws
        -> ViewerConfiguration
    {
        var folder = entry["data_dir"]?.stringValue ?? ""
        while folder.hasPrefix("./") { folder.removeFirst(2) }
        while folder.hasSuffix("/") { folder.removeLast() }
        let prefix = folder.isEmpty || folder == "." ? "" : folder + "/"
        guard let data = entry["data_files"], !data.isNull else {
            let inside = paths.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            return try make(name, DefaultSplits.of(inside).map { ($0.split, $0.paths.map { prefix + $0 }) })
        }
        return try make(
            name,
            try patterns(data, name).map { split, patterns in
                var seen: Set<String> = []
                // Pattern by pattern, as the list says it.
                let files = patterns.flatMap { pattern in
                    let pattern = DataFilePattern(prefix + pattern)
                    return paths.filter { pattern.matches($0) && seen.insert($0).inserted }
                }
                guard !files.isEmpty else {
                    let shown = patterns.prefix(3).joined(separator: "', '")
                    throw HubError(
                        .unprocessable,
                        "No file matches '\(shown)' of the config '\(name)'",
                        cause: ViewerProblem.dataFiles
                    )
                }
                return (split, files)
            }
        )
    }

    /// `data_files`: a pattern, some patterns, or splits with patterns.
    private static func patterns(_ data: JSONValue, _ name: String) throws -> [(String, [String])] {
        let items = data.listItems
        let malformed = HubError(
            .unprocessable,
            "data_files of the config '\(name)' must be a pattern, a list of patterns, or a list of {split, path}",
            cause: ViewerProblem.configNames
        )
        if items.contains(where: { $0.objectValue != nil }) {
            return try items.map { item in
                guard let split = item["split"]?.stringValue, let path = item["path"] else { throw malformed }
                return (split, path.listItems.compactMap(\.stringValue))
            }
        }
        let texts = items.compactMap(\.stringValue)
        guard texts.count == items.count, !texts.isEmpty else { throw malformed }
        return [("train", texts)]
    }

    /// Keeps the files of the format that most are of.
    private static func make(_ name: String, _ splits: [(String, [String])]) throws -> ViewerConfiguration {
        guard let format = splits.first.flatMap({ ViewerFormat.of($0.1) }) else {
            throw HubError(
                .unprocessable,
                "The dataset has no data files of a format that is shown: Parquet, CSV, JSON, text or pictures",
                cause: ViewerProblem.empty
            )
        }
        let kept = splits.map { ViewerSplit(name: $0.0, paths: $0.1.filter(format.takes)) }.filter { !$0.paths.isEmpty }
        return ViewerConfiguration(name: name, splits: kept, format: format)
    }
}

/// What is wrong with a dataset, by the names that the dataset viewer's API has for it.
public enum ViewerProblem: String, Error, Sendable {
    case configNotFound = "ConfigNotFoundError"
    case splitNotFound = "SplitNotFoundError"
    case empty = "EmptyDatasetError"
    case configNames = "ConfigNamesError"
    case dataFiles = "DataFilesNotFoundError"
}
