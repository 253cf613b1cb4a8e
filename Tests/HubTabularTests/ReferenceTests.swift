// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular
import Testing

struct ReferenceTests {
    @Test(arguments: try TabularFixture.files(".parquet"))
    func `every encoding, codec and nesting of Parquet reads as pyarrow reads it`(file: String) async throws {
        let table = try await ParquetTable(ByteSource(try TabularFixture.bytes(file)))
        try await compare(table, file)
    }

    @Test(arguments: try TabularFixture.files(".csv", ".tsv", ".jsonl", ".json", ".txt"))
    func `text reads as datasets reads it`(file: String) async throws {
        let format: TextFormat =
            switch file.split(separator: ".").last {
            case "csv": .csv(separator: UInt8(ascii: ","))
            case "tsv": .csv(separator: UInt8(ascii: "\t"))
            case "txt": .lines
            default: .json
            }
        try await compare(try await TextTable(ByteSource(try TabularFixture.bytes(file)), format), file)
    }

    private func compare(_ table: some TableSource, _ file: String) async throws {
        let (features, rows) = try TabularFixture.reference(file)
        #expect(table.rowCount == rows.count)
        if !features.isNull { #expect(normal(Feature.json(table.features)) == normal(features)) }
        let read = try await table.rows(0..<table.rowCount)
        for (row, wanted) in zip(read, rows) { #expect(normal(.object(row)) == normal(.object(wanted))) }
        // Any page is the same part of the whole.
        for start in stride(from: 0, to: rows.count, by: 17) {
            let page = start..<min(rows.count, start + 9)
            #expect(try await table.rows(page) == Array(read[page]), "rows \(page)")
        }
    }

    /// Whole numbers of a floating-point column lose their fraction in JSON.
    private func normal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .int(let number): return .double(Double(number))
        case .array(let items): return .array(items.map(normal))
        case .object(let members):
            // What is as it is unless somebody says otherwise.
            let defaults: [String: JSONValue] = ["decode": true, "id": nil, "length": -1, "mode": nil]
            var kept: JSONObject = [:]
            for (key, value) in members where defaults[key] != value { kept[key] = normal(value) }
            return .object(kept)
        case .string("large_string"): return .string("string")
        default: return value
        }
    }
}
