// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A file of text as a table.
public struct TextTable: TableSource {
    /// Rows and bytes that the types of columns are taken from, as `datasets` takes them from its first chunk.
    private static let lookedAt = (rows: 10_000, bytes: 10 << 20)
    private static let maximumColumns = 10_000

    public let features: [Feature]
    public var rowCount: Int { index.rowCount }
    public var isWhole: Bool { index.isWhole }
    public var parts: [Range<Int>] { (0..<rowCount).parts(of: 4096) }
    private let source: ByteSource
    private let format: TextFormat
    private let index: TextIndex

    /// Looks through the file once.
    /// - Parameter model: columns of a file that comes before this one; what they have in common is of their types.
    /// - Throws: ``TabularError``.
    public init(_ source: ByteSource, _ format: TextFormat, like model: [Feature] = []) async throws {
        self.source = source
        self.format = format
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var start: Int64 = try await source.read(0, Int(min(3, source.size))) == mark ? 3 : 0
        var header: [String] = []
        if case .csv(let separator) = format {
            var scanner = RowScanner(source, format, at: start, limit: TextIndex.maximumBytes)
            guard let row = try await scanner.next() else { throw TabularError("it has no header") }
            header = CSVRow.names(CSVRow.fields(row.bytes, separator: separator))
            guard header.count <= Self.maximumColumns else { throw TabularError("it has too many columns") }
            start = row.offset + Int64(row.bytes.count)
        }
        index = try await TextIndex(source, format, from: start)
        let types = Dictionary(model.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        features = try await Self.features(source, format, index, header).map {
            Feature($0.name, types[$0.name] ?? $0.type)
        }
    }

    public func cells(column: Int, rows: Range<Int>) async throws -> [CellValue] {
        try await cells(columns: [column], rows: rows).first ?? []
    }

    /// All at once: a row is read whole anyway.
    public func cells(columns: [Int], rows: Range<Int>) async throws -> [[CellValue]] {
        guard rows.lowerBound >= 0, rows.upperBound <= rowCount, columns.allSatisfy(features.indices.contains) else {
            throw TabularError("it does not have the rows asked for")
        }
        var cells = [[CellValue]](repeating: [], count: columns.count)
        guard !rows.isEmpty else { return cells }
        var number = rows.lowerBound / TextIndex.stride * TextIndex.stride
        let place = index.places[rows.lowerBound / TextIndex.stride]
        var scanner = RowScanner(source, format, at: place, limit: TextIndex.maximumBytes)
        while number < rows.upperBound, let row = try await scanner.next() {
            defer { number += 1 }
            guard number >= rows.lowerBound else { continue }
            switch format {
            case .csv(let separator):
                let fields = CSVRow.fields(row.bytes, separator: separator)
                try Self.check(fields, features.count, number)
                for (place, column) in columns.enumerated() {
                    let text = column < fields.count ? fields[column] : nil
                    cells[place].append(CSVColumnType.cell(text, features[column].type))
                }
            case .json:
                let members = try Self.object(row.bytes, number)
                for (place, column) in columns.enumerated() {
                    let feature = features[column]
                    cells[place].append(JSONColumnType.cell(members[feature.name], feature.type))
                }
            case .lines:
                for place in columns.indices {
                    cells[place].append(.string(String(decoding: row.bytes, as: UTF8.self)))
                }
            }
        }
        guard number == rows.upperBound else { throw TabularError("it does not have the rows asked for") }
        return cells
    }

    private static func features(
        _ source: ByteSource,
        _ format: TextFormat,
        _ index: TextIndex,
        _ header: [String]
    ) async throws -> [Feature] {
        guard format != .lines else { return [Feature("text", .value("string"))] }
        var columns = header.map { _ in CSVColumnType() }
        var common = JSONColumnType.null
        var number = 0
        var bytes = 0
        if let start = index.places.first {
            var scanner = RowScanner(source, format, at: start, limit: TextIndex.maximumBytes)
            while number < lookedAt.rows, bytes < lookedAt.bytes, let row = try await scanner.next() {
                if case .csv(let separator) = format {
                    let fields = CSVRow.fields(row.bytes, separator: separator)
                    try check(fields, header.count, number)
                    for index in columns.indices { columns[index].look(at: index < fields.count ? fields[index] : "") }
                } else {
                    common = common.merged(with: JSONColumnType(.object(try object(row.bytes, number))))
                }
                number += 1
                bytes += row.bytes.count
            }
        }
        if case .csv = format { return zip(header, columns).map { Feature($0, $1.type) } }
        guard case .record(let features) = common.feature else { return [] }
        guard features.count <= maximumColumns else { throw TabularError("it has too many columns") }
        return features
    }

    private static func check(_ fields: [String], _ count: Int, _ row: Int) throws {
        guard fields.count <= count else {
            throw TabularError("row \(row + 1) has \(fields.count) fields, but there are \(count) columns")
        }
    }

    private static func object(_ bytes: ArraySlice<UInt8>, _ row: Int) throws -> JSONObject {
        let value: JSONValue
        do { value = try JSONValue(parsing: Array(bytes)) } catch {
            throw TabularError("row \(row + 1) is not JSON (\(error))")
        }
        guard let members = value.objectValue else { throw TabularError("row \(row + 1) is no JSON object") }
        return members
    }
}
