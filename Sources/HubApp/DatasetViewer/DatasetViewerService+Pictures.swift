// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTabular
import HubVision
public import NIOCore

extension DatasetViewerService {
    /// The first bytes of a picture that its size is looked for in.
    private static let headBytes = 64 << 10

    /// Puts what is known of pictures in place of their bytes.
    func look(at cell: CellValue, _ type: FeatureType, _ dataset: Dataset) async throws -> CellValue {
        guard type.holdsPictures else { return cell }
        switch (type, cell) {
        case (.image, _): return try await picture(cell, dataset)
        case (.list(let element, _), .list(let items)):
            var looked: [CellValue] = []
            for item in items { looked.append(try await look(at: item, element, dataset)) }
            return .list(looked)
        case (.record(let features), .record(let fields)):
            var looked: [CellValue.Field] = []
            for field in fields {
                let type = features.first { $0.name == field.name }?.type ?? .value("binary")
                looked.append(.init(field.name, try await look(at: field.value, type, dataset)))
            }
            return .record(looked)
        default: return cell
        }
    }

    private func picture(_ cell: CellValue, _ dataset: Dataset) async throws -> CellValue {
        switch cell {
        case .picture(var info):
            guard case .file(let path) = info.place, info.size == nil else { return cell }
            guard let object = try await objects(dataset, [path])[path] else {
                info.place = .nowhere
                return .picture(info)
            }
            let reader = try await hub.blobs.open(object.sha256)
            var head = try await reader.prefix(Self.headBytes)
            info.size = PictureSize(head: head[...])
            if info.size == nil, object.size > Int64(head.count) {
                head = try await reader.prefix(PictureSize.wantedBytes)
                info.size = PictureSize(head: head[...])
            }
            return .picture(info)
        case .bytes(let bytes):
            return .picture(PictureInfo(place: .cell, size: PictureSize(head: bytes.prefix(PictureSize.wantedBytes))))
        case .record:
            let path = cell["path"]?.text
            if case .bytes(let bytes)? = cell["bytes"] {
                let size = PictureSize(head: bytes.prefix(PictureSize.wantedBytes))
                return .picture(PictureInfo(place: .cell, path: path, size: size))
            }
            guard let path else { return .null }
            return try await file(path, dataset)
        case .string(let path): return try await file(path, dataset)
        default: return .null
        }
    }

    /// A cell that only names a picture: it may be one of the repo's files.
    private func file(_ path: String, _ dataset: Dataset) async throws -> CellValue {
        guard dataset.layout.files[path] != nil else { return .picture(PictureInfo(place: .nowhere, path: path)) }
        return try await picture(.picture(PictureInfo(place: .file(path), path: path)), dataset)
    }

    /// The bytes of a picture that lies in a cell.
    public struct Asset: Sendable {
        public let bytes: ByteBuffer
        public let mediaType: String
    }

    /// A picture of a split.
    /// - Parameter place: names of fields and numbers of items on the way from the cell to the picture.
    /// - Throws: ``HubError/Code/notFound`` for a place without a picture.
    @concurrent public func asset(
        _ dataset: Dataset,
        _ configuration: String,
        _ split: String,
        row: Int,
        column: String,
        place: [String]
    ) async throws -> Asset {
        try await hub.viewerCache.admitting {
            let missing = HubError(.notFound, "There is no picture at this place of the dataset")
            let table = try await table(dataset, configuration, split)
            guard let column = table.column(column), (0..<table.rowCount).contains(row),
                var cell = try await table.cells(columns: [column], rows: row..<row + 1).first?.first
            else { throw missing }
            for step in place {
                if case .list(let items) = cell, let index = Int(step), items.indices.contains(index) {
                    cell = items[index]
                } else if let field = cell[step] {
                    cell = field
                } else {
                    throw missing
                }
            }
            if let inside = cell["bytes"] { cell = inside }
            guard case .bytes(let bytes) = cell,
                let format = bytes.withUnsafeBytes({ ImageFormat(sniffing: $0) })
            else { throw missing }
            return Asset(bytes: ByteBuffer(bytes: bytes), mediaType: "image/\(format.rawValue.lowercased())")
        }
    }
}
