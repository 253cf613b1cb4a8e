// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension TreeService {
    /// The Parquet files of a dataset, by configuration and split: those that were pushed; nothing is converted.
    ///
    /// `data/train-00000-of-00002.parquet` is of the split `train` of the configuration `default`,
    /// `fr/test/0000.parquet` of the split `test` of `fr`.
    /// - Throws: ``HubError/Code/notFound`` when there are none, besides what reading files throws.
    public func parquetFiles(_ id: RepoID, baseURL: String, viewer: Viewer) async throws -> JSONValue {
        let paths = try await hub.store.read { tx in
            let repo = try tx.repo(.dataset, id, for: viewer, .readFiles)
            guard let commit = try tx.head(of: repo) else { return [String]() }
            return try TreeReader(tx).files(root: commit.tree).map(\.path).filter { $0.hasSuffix(".parquet") }
        }
        guard !paths.isEmpty else {
            throw HubError(.notFound, "The dataset has no Parquet files, and this hub does not convert others")
        }
        var configurations: JSONObject = [:]
        for path in paths.sorted() {
            let (configuration, split) = Self.place(of: path)
            var splits = configurations[configuration]?.objectValue ?? [:]
            let url = "\(baseURL)/datasets/\(id)/resolve/main/\(PercentCoding.encode(path, keeping: "/"))"
            splits[split] = .array((splits[split]?.arrayValue ?? []) + [.string(url)])
            configurations[configuration] = .object(splits)
        }
        return .object(configurations)
    }

    private static func place(of path: String) -> (configuration: String, split: String) {
        var folders = path.split(separator: "/").map(String.init)
        let stem = folders.removeLast().dropLast(".parquet".count)
        folders.removeAll { $0 == "data" }
        let name = stem.split(separator: "-").first.map(String.init) ?? String(stem)
        // Numbered files lie in a folder that is called after the split.
        if name.allSatisfy(\.isNumber), let split = folders.popLast() {
            return (folders.first ?? "default", split)
        }
        return (folders.first ?? "default", name)
    }
}
