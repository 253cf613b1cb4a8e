// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// Reads the conditions of `/filter`.
struct ConditionParser {
    static let maximumLength = 8192
    private static let maximumDepth = 64

    private var tokens: ArraySlice<ConditionToken>
    private let names: [String]
    private var depth = 0
    /// Columns that were named so far.
    private(set) var used: Set<Int> = []

    init(_ text: String, columns: [String]) throws {
        guard text.utf8.count <= Self.maximumLength else {
            throw HubError(.badRequest, "A condition may have at most \(Self.maximumLength) bytes")
        }
        tokens = try ConditionToken.all(text)[...]
        names = columns
    }

    mutating func condition() throws -> RowCondition.Node {
        let node = try or()
        if let rest = tokens.first { throw Self.unexpected(rest) }
        return node
    }

    private mutating func or() throws -> RowCondition.Node {
        var node = try and()
        while take(word: "OR") { node = .or(node, try and()) }
        return node
    }

    private mutating func and() throws -> RowCondition.Node {
        var node = try not()
        while take(word: "AND") { node = .and(node, try not()) }
        return node
    }

    private mutating func not() throws -> RowCondition.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw HubError(.badRequest, "The condition is nested too deeply") }
        if take(word: "NOT") { return .not(try not()) }
        if take(symbol: "(") {
            let node = try or()
            try expect(symbol: ")")
            return node
        }
        return try predicate()
    }

    private mutating func predicate() throws -> RowCondition.Node {
        let left = try operand()
        if case .symbol(let symbol)? = tokens.first,
            let comparison = RowCondition.Comparison(rawValue: symbol == "!=" ? "<>" : symbol == "==" ? "=" : symbol)
        {
            tokens.removeFirst()
            return .compare(left, comparison, try operand())
        }
        if take(word: "IS") {
            let isNegated = take(word: "NOT")
            guard take(word: "NULL") else { throw expected("NULL") }
            return isNegated ? .not(.isNull(left)) : .isNull(left)
        }
        let isNegated = take(word: "NOT")
        guard let node = try list(left) else {
            if isNegated { throw expected("LIKE, IN or BETWEEN") }
            return .bare(left)
        }
        return isNegated ? .not(node) : node
    }

    private mutating func list(_ left: RowCondition.Operand) throws -> RowCondition.Node? {
        for (word, ignoresCase) in [("LIKE", false), ("ILIKE", true)] where take(word: word) {
            guard case .text(let pattern)? = tokens.popFirst() else { throw expected("a pattern in single quotes") }
            return .like(left, pattern: try LikePattern(pattern, ignoresCase: ignoresCase))
        }
        if take(word: "IN") {
            try expect(symbol: "(")
            var items = [try operand()]
            while take(symbol: ",") { items.append(try operand()) }
            try expect(symbol: ")")
            return .oneOf(left, items)
        }
        if take(word: "BETWEEN") {
            let low = try operand()
            guard take(word: "AND") else { throw expected("AND") }
            return .and(.compare(left, .moreOrEqual, low), .compare(left, .lessOrEqual, try operand()))
        }
        return nil
    }

    private mutating func operand() throws -> RowCondition.Operand {
        guard let token = tokens.popFirst() else { throw expected("a column or a value") }
        switch token {
        case .text(let text): return .literal(.string(text))
        case .number(let value): return .literal(value)
        case .column(let name): return try column(name)
        case .word(let word):
            switch word.uppercased() {
            case "NULL": return .literal(.null)
            case "TRUE": return .literal(.bool(true))
            case "FALSE": return .literal(.bool(false))
            case "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN": throw Self.unexpected(token)
            default: return try column(word)
            }
        case .symbol: throw Self.unexpected(token)
        }
    }

    private mutating func column(_ name: String) throws -> RowCondition.Operand {
        guard let index = names.firstIndex(of: name) else {
            throw HubError(.badRequest, "There is no column \"\(name.prefix(100))\"; texts stand in single quotes")
        }
        used.insert(index)
        return .column(index)
    }

    private mutating func take(word: String) -> Bool {
        guard case .word(let found)? = tokens.first, found.uppercased() == word else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func take(symbol: String) -> Bool {
        guard tokens.first == .symbol(symbol) else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func expect(symbol: String) throws {
        guard take(symbol: symbol) else { throw expected("'\(symbol)'") }
    }

    private func expected(_ what: String) -> HubError {
        let found = tokens.first.map { "'\($0)'" } ?? "the end"
        return HubError(.badRequest, "The condition cannot be understood: expected \(what) and found \(found)")
    }

    private static func unexpected(_ token: ConditionToken) -> HubError {
        HubError(.badRequest, "The condition cannot be understood: '\(token)' is not expected there")
    }
}
