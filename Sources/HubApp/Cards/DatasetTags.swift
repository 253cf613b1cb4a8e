// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The tags of a dataset: what its card says, and what its files are.
enum DatasetTags {
    static func build(card: CardMetadata?, body: String, files: RepoFiles) -> [RepoTag] {
        let fields = card?.dataset
        let format = format(of: files)
        var list = RepoTagList()
        for category in fields?.taskCategories ?? [] {
            list.add(
                .taskCategories,
                "task_categories:\(category)",
                label: PipelineTag.named(category)?.label ?? category
            )
        }
        list.add(.taskIDs, prefix: "task_ids", fields?.taskIDs ?? [])
        list.add(.annotationsCreators, prefix: "annotations_creators", fields?.annotationsCreators ?? [])
        list.add(.languageCreators, prefix: "language_creators", fields?.languageCreators ?? [])
        list.add(.multilinguality, prefix: "multilinguality", fields?.multilinguality ?? [])
        list.add(.sourceDatasets, prefix: "source_datasets", fields?.sourceDatasets ?? [])
        for code in card?.languages ?? [] {
            list.add(.language, "language:\(code)", label: Languages.name(of: code) ?? code)
        }
        if let license = card?.license {
            list.add(.license, "license:\(license)", label: Licenses.name(of: license) ?? license)
        }
        let sizes = fields?.sizeCategories ?? []
        list.add(.sizeCategories, prefix: "size_categories", sizes.isEmpty ? inferredSize(fields) : sizes)
        if let format {
            list.add(.format, "format:\(format)", label: format)
        }
        list.add(.modality, prefix: "modality", modalities(fields, format: format, files: files))
        if let format {
            list.add(.library, "library:datasets", label: "Datasets")
            if ["csv", "json", "parquet", "text"].contains(format) {
                list.add(.library, "library:pandas", label: "pandas")
            }
            if ["csv", "json", "parquet"].contains(format) { list.add(.library, "library:polars", label: "Polars") }
            if format == "webdataset" { list.add(.library, "library:webdataset", label: "WebDataset") }
        }
        list.add(.arxiv, prefix: "arxiv", TextReferences.arxiv(in: body))
        list.add(.doi, prefix: "doi", TextReferences.doi(in: body))
        for tag in card?.tags ?? [] { list.add(.other, tag) }
        return list.tags
    }

    static let imageExtensions: Set<String> = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"]
    static let audioExtensions: Set<String> = ["wav", "mp3", "flac", "ogg", "m4a", "opus"]
    static let videoExtensions: Set<String> = ["mp4", "mkv", "avi", "mov", "webm"]

    /// The format most files have, by the builder that would load them.
    static func format(of files: RepoFiles) -> String? {
        var counts: [String: Int] = [:]
        var hasMetadata = false
        for path in files.paths {
            let name = RepoFiles.name(of: path)
            if name == "metadata.csv" || name == "metadata.jsonl" || name == "metadata.parquet" {
                hasMetadata = true
                continue
            }
            guard let format = format(of: path) else { continue }
            counts[format, default: 0] += 1
        }
        // Ties go to the name that sorts first, so that the answer does not change between runs.
        let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        return best ?? (hasMetadata ? "json" : nil)
    }

    private static func format(of path: String) -> String? {
        let fileExtension = RepoFiles.fileExtension(of: path)
        switch fileExtension {
        case "parquet": return "parquet"
        case "csv", "tsv": return "csv"
        case "json", "jsonl", "ndjson":
            return ["dataset_info.json", "dataset_infos.json", "state.json"].contains(RepoFiles.name(of: path))
                ? nil : "json"
        case "arrow": return "arrow"
        case "txt": return RepoFiles.name(of: path).lowercased().hasPrefix("license") ? nil : "text"
        case "tar": return "webdataset"
        case "h5", "hdf5": return "hdf5"
        default:
            if imageExtensions.contains(fileExtension) { return "imagefolder" }
            if audioExtensions.contains(fileExtension) { return "audiofolder" }
            return videoExtensions.contains(fileExtension) ? "videofolder" : nil
        }
    }

    /// What the columns hold where the card lists them, else what the file format implies.
    private static func modalities(
        _ fields: CardMetadata.DatasetFields?,
        format: String?,
        files: RepoFiles
    ) -> [String] {
        var found: Set<String> = []
        for info in fields?.datasetInfo ?? [] {
            for feature in info["features"]?.arrayValue ?? [] {
                guard let dtype = feature["dtype"]?.stringValue else { continue }
                switch dtype {
                case "image", "audio", "video": found.insert(dtype)
                case "string", "large_string": found.insert("text")
                case let number where number.hasPrefix("int") || number.hasPrefix("float") || number.hasPrefix("uint"):
                    found.insert("tabular")
                default: break
                }
            }
        }
        // Numbers beside a picture or a text are its labels.
        if found.count > 1 { found.remove("tabular") }
        if found.isEmpty {
            switch format {
            case "imagefolder"?: found = ["image"]
            case "audiofolder"?: found = ["audio"]
            case "videofolder"?: found = ["video"]
            case "text"?: found = ["text"]
            default: break
            }
        }
        return found.sorted()
    }

    /// From the examples `dataset_info` counts.
    private static func inferredSize(_ fields: CardMetadata.DatasetFields?) -> [String] {
        var total: Int64 = 0
        for info in fields?.datasetInfo ?? [] {
            for split in info["splits"]?.arrayValue ?? [] {
                let (sum, overflowed) = total.addingReportingOverflow(max(0, split["num_examples"]?.intValue ?? 0))
                guard !overflowed else { return [] }
                total = sum
            }
        }
        guard total > 0 else { return [] }
        let steps: [(limit: Int64, name: String)] = [
            (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
            (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
            (10_000_000_000, "1B<n<10B"), (100_000_000_000, "10B<n<100B"), (1_000_000_000_000, "100B<n<1T"),
        ]
        return [steps.first { total < $0.limit }?.name ?? "n>1T"]
    }
}
