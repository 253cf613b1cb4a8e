// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Reads one row of text after the other.
struct RowScanner {
    /// Longer rows are not read, in bytes.
    static let maximumRow = 16 << 20
    private static let window = 256 << 10

    private let source: ByteSource
    private let limit: Int64
    private let format: TextFormat
    private var splitter: RowSplitter
    private var buffer: [UInt8] = []
    /// Where `buffer` begins in the file.
    private var base: Int64
    /// The next byte to look at, in `buffer`.
    private var cursor = 0

    /// - Parameters:
    ///   - offset: where a row begins.
    ///   - limit: bytes of the file that are looked at.
    init(_ source: ByteSource, _ format: TextFormat, at offset: Int64, limit: Int64) {
        self.source = source
        self.limit = min(limit, source.size)
        self.format = format
        splitter = RowSplitter(format)
        base = offset
    }

    /// The next row and where it begins in the file. A last row that the limit cuts is none.
    mutating func next() async throws -> (offset: Int64, bytes: ArraySlice<UInt8>)? {
        var start: Int?
        while true {
            while cursor < buffer.count {
                let step = splitter.step(buffer[cursor])
                cursor += 1
                switch step {
                case .inside: if start == nil { start = cursor - 1 }
                case .between:
                    // Something that is neither object nor space, such as a number in an array.
                    if let begun = start { return row(begun, cursor - 1) }
                case .endAfter: return row(start ?? cursor - 1, cursor)
                case .endBefore:
                    let begun = start ?? cursor - 1
                    if isRow(begun, cursor - 1) { return row(begun, cursor - 1) }
                    start = nil
                }
            }
            guard base + Int64(buffer.count) < limit else { break }
            try await refill(keepingFrom: start)
            if start != nil { start = 0 }
        }
        guard let start, limit == source.size else { return nil }
        defer { cursor = buffer.count }
        guard isRow(start, buffer.count) else { return nil }
        return row(start, buffer.count)
    }

    private mutating func refill(keepingFrom start: Int?) async throws {
        let kept = start ?? buffer.count
        buffer.removeFirst(kept)
        base += Int64(kept)
        guard buffer.count <= Self.maximumRow else {
            throw TabularError("it has a row of more than \(Self.maximumRow >> 20) MB")
        }
        cursor = buffer.count
        let place = base + Int64(buffer.count)
        // A long row is read in ever longer pieces, or it would be copied once for each.
        let count = min(Int64(max(Self.window, buffer.count)), limit - place)
        buffer += try await source.read(place, Int(count))
    }

    private func row(_ start: Int, _ end: Int) -> (offset: Int64, bytes: ArraySlice<UInt8>) {
        (base + Int64(start), buffer[start..<end])
    }

    /// Blank lines are rows of text files only.
    private func isRow(_ start: Int, _ end: Int) -> Bool {
        format == .lines || buffer[start..<end].contains { $0 != UInt8(ascii: " ") }
    }
}
