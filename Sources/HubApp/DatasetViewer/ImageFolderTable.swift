// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// Pictures that lie in folders, a row each.
struct ImageFolderTable: TableSource {
    let features: [Feature]
    private let paths: [String]
    private let labels: [Int]

    var rowCount: Int { paths.count }
    var parts: [Range<Int>] { (0..<rowCount).parts(of: 4096) }

    /// - Parameters:
    ///   - paths: of this split.
    ///   - allPaths: of every split up to this one: labels are those of all.
    init(_ paths: [String], allPaths: [String]) {
        let folders = allPaths.map { Self.folder(of: $0) }
        let depths = Set(allPaths.map { $0.utf8.count { $0 == UInt8(ascii: "/") } })
        let names = Set(folders)
        self.paths = paths
        // Folders are labels where all pictures are equally deep and there is more than one.
        if names.count > 1, depths.count == 1 {
            let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, $0.offset) })
            labels = paths.map { places[Self.folder(of: $0)] ?? 0 }
            features = [Feature("image", .image), Feature("label", .classLabel(sorted))]
        } else {
            labels = []
            features = [Feature("image", .image)]
        }
    }

    func cells(column: Int, rows: Range<Int>) async throws -> [CellValue] {
        guard rows.lowerBound >= 0, rows.upperBound <= rowCount else { throw TabularError("it has no such rows") }
        if column == 1 { return labels[rows].map { .int(Int64($0)) } }
        return paths[rows].map { .picture(PictureInfo(place: .file($0), path: $0)) }
    }

    private static func folder(of path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.dropLast().last.map(String.init) ?? ""
    }
}

/// Pictures with a file beside them that says which there are and what belongs to each.
struct ImageMetadataTable: TableSource {
    let features: [Feature]
    private let table: any TableSource
    /// Of the metadata file, with the slash at its end.
    private let folder: String

    var rowCount: Int { table.rowCount }
    var isWhole: Bool { table.isWhole }
    var parts: [Range<Int>] { table.parts }

    /// - Parameter path: of the metadata file.
    init(_ table: any TableSource, path: String) throws {
        self.table = table
        folder = String(path.dropLast(RepoFiles.name(of: path).count))
        features = table.features.map(Self.feature)
        guard features.contains(where: \.type.holdsPictures) else {
            throw TabularError("it has no column file_name (or …_file_name, file_names)")
        }
    }

    func cells(column: Int, rows: Range<Int>) async throws -> [CellValue] {
        try await cells(columns: [column], rows: rows).first ?? []
    }

    func cells(columns: [Int], rows: Range<Int>) async throws -> [[CellValue]] {
        let cells = try await table.cells(columns: columns, rows: rows)
        return zip(columns, cells).map { column, cells in
            features[column].type.holdsPictures ? cells.map(picture) : cells
        }
    }

    private func picture(_ cell: CellValue) -> CellValue {
        switch cell {
        case .string(let name):
            // A name that leads out of the folder names no file of the dataset.
            let path = try? RepoPath(folder + name)
            return .picture(PictureInfo(place: path.map { .file($0.text) } ?? .nowhere, path: name))
        case .list(let items): return .list(items.map(picture))
        default: return .null
        }
    }

    private static func feature(_ feature: Feature) -> Feature {
        switch feature.type {
        case .value("string"), .value("large_string"):
            if feature.name == "file_name" { return Feature("image", .image) }
            if feature.name.hasSuffix("_file_name") { return Feature(String(feature.name.dropLast(10)), .image) }
        case .list(.value("string"), let length):
            let images = FeatureType.list(.image, length: length)
            if feature.name == "file_names" { return Feature("images", images) }
            if feature.name.hasSuffix("_file_names") { return Feature(String(feature.name.dropLast(11)), images) }
        default: break
        }
        return feature
    }
}
