// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What stands in one cell of a table, whatever file it came from.
public enum CellValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Beyond what ``int(_:)`` holds.
    case uint(UInt64)
    case double(Double)
    /// Text; also dates, times and decimals, as the viewer writes them.
    case string(String)
    case bytes(ArraySlice<UInt8>)
    case list([CellValue])
    case record([Field])
    /// A picture, looked at and put aside: see ``PictureInfo``.
    indirect case picture(PictureInfo)

    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: CellValue

        public init(_ name: String, _ value: CellValue) {
            self.name = name
            self.value = value
        }
    }

    public var isNull: Bool { self == .null }

    public subscript(name: String) -> CellValue? {
        guard case .record(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The number, of booleans too.
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    public var text: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }
}

/// What is known of a picture in a cell without its pixels.
public struct PictureInfo: Sendable, Hashable {
    /// Where the bytes are.
    public enum Place: Sendable, Hashable {
        /// In the cell itself.
        case cell
        /// A file of the repo.
        case file(String)
        /// Somewhere the hub does not reach.
        case nowhere
    }

    public var place: Place
    /// The file name that a cell remembers.
    public var path: String?
    public var size: PictureSize?

    public init(place: Place, path: String? = nil, size: PictureSize? = nil) {
        self.place = place
        self.path = path
        self.size = size
    }
}

/// In pixels.
public struct PictureSize: Sendable, Hashable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}
