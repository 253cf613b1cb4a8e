// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Files of text that are tables.
public enum TextFormat: Sendable, Hashable {
    /// RFC 4180 and its relatives.
    case csv(separator: UInt8)
    /// Objects one after the other, or in one array.
    case json
    /// A row a line, with one column.
    case lines
}

/// Finds where rows end, byte by byte, in text that comes in pieces.
struct RowSplitter {
    enum Step {
        /// The byte belongs to the row.
        case inside
        /// The byte lies between rows.
        case between
        /// The byte ends the row and is not part of it.
        case endBefore
        /// The byte ends the row and is part of it.
        case endAfter
    }

    private enum State { case start, plain, quoted, quoteSeen, afterReturn }

    private let format: TextFormat
    private var state = State.start
    private var depth = 0
    private var isEscaped = false

    init(_ format: TextFormat) { self.format = format }

    mutating func step(_ byte: UInt8) -> Step {
        switch format {
        case .csv(let separator): csv(byte, separator)
        case .json: json(byte)
        case .lines: line(byte)
        }
    }

    private mutating func line(_ byte: UInt8) -> Step {
        let wasReturn = state == .afterReturn
        state = .plain
        if byte == UInt8(ascii: "\n") { return wasReturn ? skipped() : ended() }
        if byte == UInt8(ascii: "\r") {
            state = .afterReturn
            return .endBefore
        }
        return .inside
    }

    private mutating func csv(_ byte: UInt8, _ separator: UInt8) -> Step {
        if state == .afterReturn {
            state = .start
            if byte == UInt8(ascii: "\n") { return .between }
        }
        if state == .quoted {
            if byte == UInt8(ascii: "\"") { state = .quoteSeen }
            return .inside
        }
        switch byte {
        case separator: state = .start
        case UInt8(ascii: "\n"): return ended()
        case UInt8(ascii: "\r"):
            state = .afterReturn
            return .endBefore
        case UInt8(ascii: "\"") where state != .plain: state = .quoted
        default: state = .plain
        }
        return .inside
    }

    private mutating func ended() -> Step {
        state = .start
        return .endBefore
    }

    private mutating func skipped() -> Step {
        state = .start
        return .between
    }

    /// What stands outside of objects (commas, the brackets of the one array, space) is between rows; anything else is
    /// a row that turns out not to be an object when it is read.
    private mutating func json(_ byte: UInt8) -> Step {
        if state == .quoted {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                state = .plain
            }
            return .inside
        }
        switch byte {
        case UInt8(ascii: "\""):
            state = .quoted
            return .inside
        case UInt8(ascii: "{"):
            depth += 1
            return .inside
        case UInt8(ascii: "}"):
            depth -= 1
            guard depth <= 0 else { return .inside }
            depth = 0
            return .endAfter
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\n"),
            UInt8(ascii: "\r"), UInt8(ascii: "\t"):
            return depth > 0 ? .inside : .between
        default: return .inside
        }
    }
}
