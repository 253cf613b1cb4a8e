// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular
import Testing

struct HostileTests {
    private static let files = ["codec-zstd.parquet", "nested-v1.parquet", "nested-v2.parquet", "pushed.parquet"]

    @Test(arguments: files)
    func `a file cut anywhere is an error`(file: String) async throws {
        let bytes = try TabularFixture.bytes(file)
        for length in stride(from: 0, to: bytes.count, by: bytes.count > 6000 ? 7 : 1) {
            await #expect(throws: TabularError.self, "cut at \(length)") {
                _ = try await ParquetTable(ByteSource(Array(bytes[..<length])))
            }
        }
    }

    @Test(arguments: try TabularFixture.files(".parquet"))
    func `a file with any byte changed ends in rows or in an error`(file: String) async throws {
        let original = try TabularFixture.bytes(file)
        // Some places of every file; the fuzz target does the rest.
        for place in stride(from: 4, to: original.count, by: max(5, original.count / 60)) {
            var bytes = original
            bytes[place] ^= UInt8(truncatingIfNeeded: place &* 37) | 1
            await read(bytes)
        }
    }

    @Test func `footers of noise are errors`() async throws {
        var state: UInt64 = 42
        for length in 0..<400 {
            var bytes = Array("PAR1".utf8)
            for _ in 0..<length {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 40))
            }
            bytes += [UInt8(truncatingIfNeeded: length), UInt8(length >> 8), 0, 0] + Array("PAR1".utf8)
            await read(bytes)
        }
    }

    private func read(_ bytes: [UInt8]) async {
        do {
            let table = try await ParquetTable(ByteSource(bytes))
            _ = try await table.rows(0..<min(100, table.rowCount))
        } catch {
            #expect(error is TabularError, "\(error)")
        }
    }
}
