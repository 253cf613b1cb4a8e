// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Where rows are in a file of text, so that a page of them is found without reading what comes before.
struct TextIndex: Sendable {
    /// Bytes of a file that are looked at.
    static let maximumBytes: Int64 = 64 << 20
    /// Every so many rows a place is noted.
    static let stride = 256

    var rowCount = 0
    var places: [Int64] = []
    /// Whether the whole file was looked at.
    var isWhole = true

    init(_ source: ByteSource, _ format: TextFormat, from start: Int64) async throws {
        isWhole = source.size <= Self.maximumBytes
        var scanner = RowScanner(source, format, at: start, limit: Self.maximumBytes)
        while let row = try await scanner.next() {
            if rowCount.isMultiple(of: Self.stride) { places.append(row.offset) }
            rowCount += 1
        }
    }
}
