// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubTabular
import HubTestSupport

/// Files of `Fixtures/tabular` and the rows that the reference libraries read in them.
enum TabularFixture {
    static func files(_ suffixes: String...) throws -> [String] {
        let index = try JSONValue(parsing: FixtureFile.bytes("tabular/index.json")).objectValue ?? [:]
        return index.map(\.key).filter { file in suffixes.contains { file.hasSuffix($0) } }
    }

    static func bytes(_ file: String) throws -> [UInt8] { try FixtureFile.bytes("tabular/\(file)") }

    static func reference(_ file: String) throws -> (features: JSONValue, rows: [JSONObject]) {
        let index = try JSONValue(parsing: FixtureFile.bytes("tabular/index.json"))
        let json = try JSONValue(parsing: FixtureFile.bytes("tabular/rows/\(index[file]?.stringValue ?? "")"))
        return (json["features"] ?? .null, (json["rows"]?.arrayValue ?? []).compactMap(\.objectValue))
    }
}

extension CellValue {
    /// As the reference's rows are written.
    var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .double(Double(value))
        case .double(let value): value.isFinite ? .double(value) : .null
        case .string(let value): .string(value)
        case .bytes(let bytes): .string(Data(bytes).base64EncodedString())
        case .list(let items): .array(items.map(\.json))
        case .record(let fields):
            .object(fields.reduce(into: [:]) { $0[$1.name] = $1.value.json })
        case .picture: .null
        }
    }
}

extension TableSource {
    func rows(_ range: Range<Int>) async throws -> [JSONObject] {
        let cells = try await cells(columns: Array(features.indices), rows: range)
        return range.indices.map { row in
            zip(features, cells).reduce(into: JSONObject()) { object, column in
                object[column.0.name] = column.1[row - range.lowerBound].json
            }
        }
    }
}
