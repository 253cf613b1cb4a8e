// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTabular

extension DatasetViewerService {
    /// `{preview, viewer, search, filter, statistics}`: which endpoints have an answer for the dataset.
    public func validity(_ dataset: Dataset) async throws -> JSONValue {
        var readable = false
        for configuration in dataset.configurations where !readable {
            for split in configuration.splits where !readable {
                do {
                    _ = try await columns(dataset, configuration.name, split.name)
                    readable = true
                } catch let error as HubError where error.code == .unprocessable {
                    // What is wrong with it, `/rows` says.
                }
            }
        }
        let answer = JSONValue.bool(readable)
        return ["preview": answer, "viewer": answer, "search": answer, "filter": answer, "statistics": answer]
    }

    /// - Throws: ``HubError/Code/notFound`` for a configuration that is not there.
    public func splits(_ dataset: Dataset, configuration: String?) throws -> JSONValue {
        let splits = try configurations(dataset, configuration).flatMap { configuration in
            configuration.splits.map { split in
                JSONValue.object([
                    "dataset": .string(dataset.id.description), "config": .string(configuration.name),
                    "split": .string(split.name),
                ])
            }
        }
        return ["splits": .array(splits), "pending": [], "failed": []]
    }

    /// What `datasets` calls a dataset's info, by configuration.
    public func info(_ dataset: Dataset, configuration: String?) async throws -> JSONValue {
        var infos: JSONObject = [:]
        var isPartial = false
        for configuration in try configurations(dataset, configuration) {
            let sizes = try await sizes(dataset, configuration)
            var splits: JSONObject = [:]
            for size in sizes {
                splits[size.split] = [
                    "name": .string(size.split), "num_bytes": .int(size.memory), "num_examples": .int(Int64(size.rows)),
                    "dataset_name": .string(dataset.id.name),
                ]
                isPartial = isPartial || size.isPartial
            }
            infos[configuration.name] = [
                "description": "", "citation": "", "homepage": "",
                "license": .string(dataset.layout.card.string("license") ?? ""),
                "features": Feature.json(sizes.first?.features ?? []),
                "builder_name": .string(configuration.format.rawValue), "dataset_name": .string(dataset.id.name),
                "config_name": .string(configuration.name),
                "version": ["version_str": "0.0.0", "major": 0, "minor": 0, "patch": 0], "splits": .object(splits),
                "download_size": .int(sizes.reduce(0) { $0 + $1.files }),
                "dataset_size": .int(sizes.reduce(0) { $0 + $1.memory }),
            ]
        }
        let one = configuration.flatMap { infos[$0] }
        return ["dataset_info": one ?? .object(infos), "pending": [], "failed": [], "partial": .bool(isPartial)]
    }

    /// Rows and bytes of splits, configurations and the whole.
    public func size(_ dataset: Dataset, configuration: String?) async throws -> JSONValue {
        let name = JSONValue.string(dataset.id.description)
        var configs: [JSONValue] = []
        var splits: [JSONValue] = []
        var total = (files: Int64(0), parquet: Int64(0), memory: Int64(0), rows: Int64(0))
        var isPartial = false
        for configuration in try configurations(dataset, configuration) {
            let sizes = try await sizes(dataset, configuration)
            let isParquet = configuration.format == .parquet
            var sum = (files: Int64(0), memory: Int64(0), rows: Int64(0))
            for size in sizes {
                splits.append([
                    "dataset": name, "config": .string(configuration.name), "split": .string(size.split),
                    "num_bytes_parquet_files": .int(isParquet ? size.files : 0), "num_bytes_memory": .int(size.memory),
                    "num_rows": .int(Int64(size.rows)), "num_columns": .int(Int64(size.features.count)),
                    "estimated_num_rows": .null,
                ])
                sum = (sum.files + size.files, sum.memory + size.memory, sum.rows + Int64(size.rows))
                isPartial = isPartial || size.isPartial
            }
            configs.append([
                "dataset": name, "config": .string(configuration.name), "num_bytes_original_files": .int(sum.files),
                "num_bytes_parquet_files": .int(isParquet ? sum.files : 0), "num_bytes_memory": .int(sum.memory),
                "num_rows": .int(sum.rows), "num_columns": .int(Int64(sizes.first?.features.count ?? 0)),
                "estimated_num_rows": .null,
            ])
            total.files += sum.files
            total.parquet += isParquet ? sum.files : 0
            total.memory += sum.memory
            total.rows += sum.rows
        }
        var size: JSONObject = [:]
        if configuration == nil {
            size["dataset"] = [
                "dataset": name, "num_bytes_original_files": .int(total.files),
                "num_bytes_parquet_files": .int(total.parquet), "num_bytes_memory": .int(total.memory),
                "num_rows": .int(total.rows), "estimated_num_rows": .null,
            ]
            size["configs"] = .array(configs)
        } else {
            size["config"] = configs.first ?? .null
        }
        size["splits"] = .array(splits)
        return ["size": .object(size), "pending": [], "failed": [], "partial": .bool(isPartial)]
    }

    /// The Parquet files that were pushed; nothing is converted.
    public func parquet(
        _ dataset: Dataset,
        configuration: String?,
        split: String?,
        baseURL: String
    ) async throws -> JSONValue {
        var files: [JSONValue] = []
        for configuration in try configurations(dataset, configuration) where configuration.format == .parquet {
            for part in configuration.splits where split == nil || part.name == split {
                let objects = try await objects(dataset, part.paths)
                for path in part.paths {
                    let place = PercentCoding.encode(path, keeping: "/")
                    files.append([
                        "dataset": .string(dataset.id.description), "config": .string(configuration.name),
                        "split": .string(part.name),
                        "url": .string("\(baseURL)/datasets/\(dataset.id)/resolve/\(dataset.commit.hex)/\(place)"),
                        "filename": .string(String(RepoFiles.name(of: path))), "size": .int(objects[path]?.size ?? 0),
                    ])
                }
            }
        }
        guard !files.isEmpty else {
            throw HubError(.notFound, "The dataset has no Parquet files, and this hub does not convert others")
        }
        return ["parquet_files": .array(files), "pending": [], "failed": [], "partial": false]
    }

    private func configurations(_ dataset: Dataset, _ name: String?) throws -> [ViewerConfiguration] {
        guard let name else { return dataset.configurations }
        return [try dataset.configuration(name)]
    }

    private struct SplitSize {
        let split: String
        let features: [Feature]
        let rows: Int
        /// Bytes of the files, and of the values in memory.
        let files: Int64
        let memory: Int64
        let isPartial: Bool
    }

    @concurrent private func sizes(_ dataset: Dataset, _ configuration: ViewerConfiguration) async throws -> [SplitSize]
    {
        try await hub.viewerCache.admitting {
            var sizes: [SplitSize] = []
            for split in configuration.splits {
                let table = try await table(dataset, configuration.name, split.name)
                let objects = try await objects(dataset, split.paths)
                let files = split.paths.reduce(Int64(0)) { $0 + (objects[$1]?.size ?? 0) }
                let unpacked = table.parts.compactMap { ($0.source as? ParquetTable)?.unpackedSize }
                let memory =
                    unpacked.isEmpty ? files : unpacked.reduce(0) { $0.addingReportingOverflow($1).partialValue }
                sizes.append(
                    SplitSize(
                        split: split.name,
                        features: table.features,
                        rows: table.rowCount,
                        files: files,
                        memory: max(0, memory),
                        isPartial: table.isPartial
                    )
                )
            }
            return sizes
        }
    }
}
