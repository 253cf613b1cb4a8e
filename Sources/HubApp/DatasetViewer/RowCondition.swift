// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// A condition on rows: comparisons (`=`, `<>`, `!=`, `<`, `<=`, `>`, `>=`), `[NOT] LIKE`, `ILIKE`, `IN`, `BETWEEN`,
/// `IS [NOT] NULL`, joined by `NOT`, `AND`, `OR` and parentheses.
///
/// Columns stand in double quotes (or bare, when their names are words), texts in single ones. A comparison with nothing is
/// neither true nor false, as SQL has it.
struct RowCondition {
    indirect enum Node {
        case and(Node, Node)
        case or(Node, Node)
        case not(Node)
        case compare(Operand, Comparison, Operand)
        case like(Operand, pattern: LikePattern)
        case oneOf(Operand, [Operand])
        case isNull(Operand)
        case bare(Operand)
    }

    enum Operand {
        case column(Int)
        case literal(CellValue)
    }

    enum Comparison: String {
        case equal = "="
        case unequal = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case more = ">"
        case moreOrEqual = ">="
    }

    private let root: Node
    /// Those that it looks at.
    let columns: Set<Int>

    /// - Throws: ``HubError/Code/badRequest``.
    init(parsing text: String, columns names: [String]) throws {
        var parser = try ConditionParser(text, columns: names)
        root = try parser.condition()
        columns = parser.used
    }

    func isTrue(_ cell: (Int) -> CellValue) -> Bool { Self.value(root, cell) ?? false }

    /// `nil` is what SQL calls unknown.
    private static func value(_ node: Node, _ cell: (Int) -> CellValue) -> Bool? {
        func value(_ operand: Operand) -> CellValue {
            switch operand {
            case .column(let column): cell(column)
            case .literal(let value): value
            }
        }
        switch node {
        case .and(let left, let right):
            let first = Self.value(left, cell)
            if first == false { return false }
            let second = Self.value(right, cell)
            return second == false ? false : (first == nil || second == nil ? nil : true)
        case .or(let left, let right):
            let first = Self.value(left, cell)
            if first == true { return true }
            let second = Self.value(right, cell)
            return second == true ? true : (first == nil || second == nil ? nil : false)
        case .not(let inner): return Self.value(inner, cell).map { !$0 }
        case .compare(let left, let comparison, let right): return compare(value(left), comparison, value(right))
        case .like(let operand, let pattern): return value(operand).text.map(pattern.matches)
        case .oneOf(let operand, let items):
            let answers = items.map { compare(value(operand), .equal, value($0)) }
            return answers.contains(true) ? true : (answers.contains(nil) ? nil : false)
        case .isNull(let operand): return value(operand).isNull
        case .bare(let operand):
            guard case .bool(let value) = value(operand) else { return nil }
            return value
        }
    }

    private static func compare(_ left: CellValue, _ comparison: Comparison, _ right: CellValue) -> Bool? {
        guard let order = CellOrder.compare(left, right) else { return nil }
        switch comparison {
        case .equal: return order == 0
        case .unequal: return order != 0
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .more: return order > 0
        case .moreOrEqual: return order >= 0
        }
    }
}

/// Which of two cells comes first.
enum CellOrder {
    /// Below, at or above zero; `nil` when they cannot be compared.
    static func compare(_ left: CellValue, _ right: CellValue) -> Int? {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right ? -1 : left > right ? 1 : 0
        case (.string(let left), .string(let right)):
            return left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        case (.string(let text), _): return right.number.flatMap { order(Double(text), $0) }
        case (_, .string(let text)): return left.number.flatMap { order($0, Double(text)) }
        default: return order(left.number, right.number)
        }
    }

    private static func order(_ left: Double?, _ right: Double?) -> Int? {
        guard let left, let right, !left.isNaN, !right.isNaN else { return nil }
        return left < right ? -1 : left > right ? 1 : 0
    }
}

/// `LIKE`: `%` is any text, `_` any character.
struct LikePattern {
    static let maximumLength = 256

    private let parts: [Unicode.Scalar]
    private let ignoresCase: Bool

    init(_ text: String, ignoresCase: Bool) throws {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw HubError(.badRequest, "A pattern may have at most \(Self.maximumLength) characters")
        }
        parts = Array((ignoresCase ? text.lowercased() : text).unicodeScalars)
        self.ignoresCase = ignoresCase
    }

    func matches(_ text: String) -> Bool {
        let text = Array((ignoresCase ? text.lowercased() : text).unicodeScalars)
        var (place, part) = (0, 0)
        // Where to go on when the text behind the last `%` turns out to be longer.
        var retry: (place: Int, part: Int)?
        while place < text.count {
            if part < parts.count, parts[part] == "%" {
                retry = (place, part + 1)
                part += 1
            } else if part < parts.count, parts[part] == "_" || parts[part] == text[place] {
                place += 1
                part += 1
            } else if let last = retry {
                retry = (last.place + 1, last.part)
                (place, part) = (last.place + 1, last.part)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == "%" }
    }
}
