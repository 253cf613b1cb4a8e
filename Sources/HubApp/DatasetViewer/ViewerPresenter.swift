// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
public import HubCore
public import HubTabular

/// Rows and columns as the dataset viewer's API writes them.
public struct ViewerPresenter: Sendable {
    let dataset: DatasetViewerService.Dataset
    let configuration: String
    let split: String
    /// Of the hub, without a slash at the end.
    let baseURL: String

    public init(
        _ dataset: DatasetViewerService.Dataset,
        configuration: String,
        split: String,
        baseURL: String
    ) {
        self.dataset = dataset
        self.configuration = configuration
        self.split = split
        self.baseURL = baseURL
    }

    /// `[{feature_idx, name, type}]`
    public static func features(_ features: [Feature]) -> JSONValue {
        .array(
            features.enumerated().map { index, feature in
                [
                    "feature_idx": .int(Int64(index)), "name": .string(feature.name), "type": feature.type.json,
                ]
            }
        )
    }

    /// `[{row_idx, row, truncated_cells}]`
    /// - Parameter byteLimit: bytes of all rows together; when they are more, long cells are cut.
    public func rows(_ page: DatasetViewerService.Page, byteLimit: Int = .max) -> JSONValue {
        var rows = page.rows.map { row in
            zip(page.features, row.cells).map { feature, cell in
                json(cell, feature.type, at: Place(row: row.index, column: feature.name, steps: []))
            }
        }
        var cut = [[String]](repeating: [], count: rows.count)
        if byteLimit < .max {
            var size = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1.serialized.utf8.count } }
            for index in rows.indices.reversed() where size > byteLimit {
                for (column, feature) in page.features.enumerated() where !feature.type.holdsPictures {
                    let text = rows[index][column].stringValue ?? rows[index][column].serialized
                    guard text.utf8.count > Self.cutBytes else { continue }
                    let short = String(decoding: Array(text.utf8.prefix(Self.cutBytes)), as: UTF8.self)
                    size -= text.utf8.count - short.utf8.count
                    rows[index][column] = .string(short)
                    cut[index].append(feature.name)
                }
            }
        }
        return .array(
            zip(page.rows, rows).enumerated().map { index, row in
                var members: JSONObject = [:]
                for (feature, cell) in zip(page.features, row.1) { members[feature.name] = cell }
                return [
                    "row_idx": .int(Int64(row.0.index)), "row": .object(members),
                    "truncated_cells": .array(cut[index].map { .string($0) }),
                ]
            }
        )
    }

    /// Bytes that a cell keeps when it is cut.
    private static let cutBytes = 100

    /// Where a cell is, for the addresses of pictures.
    struct Place {
        let row: Int
        let column: String
        var steps: [String]

        func inside(_ step: String) -> Place { Place(row: row, column: column, steps: steps + [step]) }
    }

    private func json(_ cell: CellValue, _ type: FeatureType, at place: Place) -> JSONValue {
        switch cell {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return .double(Double(value))
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .bytes(let bytes): return .string(Data(bytes).base64EncodedString())
        case .picture(let info): return picture(info, at: place)
        case .list(let items):
            var element = FeatureType.other(.null)
            if case .list(let type, _) = type { element = type }
            return .array(
                items.enumerated().map { json($0.element, element, at: place.inside(String($0.offset))) }
            )
        case .record(let fields):
            var types: [Feature] = []
            if case .record(let features) = type { types = features }
            var members: JSONObject = [:]
            for field in fields {
                let type = types.first { $0.name == field.name }?.type ?? .other(.null)
                members[field.name] = json(field.value, type, at: place.inside(field.name))
            }
            return .object(members)
        }
    }

    private func picture(_ info: PictureInfo, at place: Place) -> JSONValue {
        guard let address = address(info, at: place) else { return .null }
        return [
            "src": .string(address), "height": info.size.map { .int(Int64($0.height)) } ?? .null,
            "width": info.size.map { .int(Int64($0.width)) } ?? .null,
        ]
    }

    private func address(_ info: PictureInfo, at place: Place) -> String? {
        let base = "\(baseURL)/datasets/\(dataset.id)"
        switch info.place {
        case .file(let path):
            return "\(base)/resolve/\(dataset.commit.hex)/\(PercentCoding.encode(path, keeping: "/"))"
        case .cell:
            var address = "\(base)/viewer-asset/\(dataset.commit.hex)"
            address += "?config=\(PercentCoding.encode(configuration))&split=\(PercentCoding.encode(split))"
            address += "&row=\(place.row)&column=\(PercentCoding.encode(place.column))"
            for step in place.steps { address += "&at=\(PercentCoding.encode(step))" }
            return address
        case .nowhere: return nil
        }
    }
}
