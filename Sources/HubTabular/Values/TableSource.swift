// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One file of a table, read by ranges of rows.
public protocol TableSource: Sendable {
    var features: [Feature] { get }
    var rowCount: Int { get }
    /// Whether `rowCount` is all there is, or the file is longer than what is read of it.
    var isWhole: Bool { get }

    /// All rows in parts, each of which fits into memory and is cheap to read at once.
    var parts: [Range<Int>] { get }

    /// The cells of one column for some rows.
    /// - Parameters:
    ///   - column: an index into `features`.
    ///   - rows: within `0..<rowCount`.
    func cells(column: Int, rows: Range<Int>) async throws -> [CellValue]

    /// The cells of several columns, in the order asked for.
    func cells(columns: [Int], rows: Range<Int>) async throws -> [[CellValue]]
}

extension TableSource {
    public var isWhole: Bool { true }

    public func cells(columns: [Int], rows: Range<Int>) async throws -> [[CellValue]] {
        var cells: [[CellValue]] = []
        for column in columns { cells.append(try await self.cells(column: column, rows: rows)) }
        return cells
    }
}

/// A file as a table sees it: bytes at places.
public struct ByteSource: Sendable {
    /// In bytes.
    public let size: Int64
    private let fetch: @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]

    /// - Parameter read: exactly `count` bytes from `offset` on, which lie within `size`.
    public init(size: Int64, read: @escaping @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]) {
        self.size = size
        fetch = read
    }

    public init(_ bytes: [UInt8]) {
        self.init(size: Int64(bytes.count)) { offset, count in
            let start = Int(clamping: offset)
            return Array(bytes[start..<start + count])
        }
    }

    /// - Throws: ``TabularError`` for a place outside the file.
    public func read(_ offset: Int64, _ count: Int) async throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, Int64(count) <= size - offset else {
            throw TabularError("it names bytes beyond its end")
        }
        guard count > 0 else { return [] }
        let bytes = try await fetch(offset, count)
        guard bytes.count == count else { throw TabularError("it ended before its size") }
        return bytes
    }
}

/// Why a file cannot be read as a table, as the end of a sentence that begins with the file's name.
public struct TabularError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

extension Range<Int> {
    /// The same in pieces of `size`.
    public func parts(of size: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: Swift.max(1, size)).map { $0..<Swift.min($0 + size, upperBound) }
    }
}
