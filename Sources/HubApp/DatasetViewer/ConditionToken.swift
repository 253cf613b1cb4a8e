// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// A word, sign or value of a condition.
enum ConditionToken: Equatable, CustomStringConvertible {
    case word(String)
    /// In double quotes.
    case column(String)
    /// In single quotes.
    case text(String)
    case number(CellValue)
    case symbol(String)

    var description: String {
        switch self {
        case .word(let text), .column(let text), .text(let text), .symbol(let text): String(text.prefix(60))
        case .number(let value): value.number?.description ?? ""
        }
    }

    /// - Throws: ``HubError/Code/badRequest`` for a quote without an end or a sign that has no meaning.
    static func all(_ text: String) throws -> [ConditionToken] {
        var tokens: [ConditionToken] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" || first == "\"" {
                let quoted = try quoted(&rest)
                tokens.append(first == "'" ? .text(quoted) : .column(quoted))
            } else if first.isASCII && first.isNumber || first == "-" || first == "." {
                let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0.isLetter || "+-.".contains($0)) }
                rest = rest.dropFirst(digits.count)
                if let value = Int64(digits) {
                    tokens.append(.number(.int(value)))
                } else if let value = Double(digits) {
                    tokens.append(.number(.double(value)))
                } else {
                    throw HubError(
                        .badRequest,
                        "The condition cannot be understood: '\(digits.prefix(60))' is no number"
                    )
                }
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
                rest = rest.dropFirst(word.count)
                tokens.append(.word(String(word)))
            } else {
                let symbols = ["<=", ">=", "<>", "!=", "==", "=", "<", ">", "(", ")", ","]
                guard let symbol = symbols.first(where: { rest.hasPrefix($0) }) else {
                    throw HubError(.badRequest, "The condition cannot be understood: '\(first)' has no meaning")
                }
                rest = rest.dropFirst(symbol.count)
                tokens.append(.symbol(symbol))
            }
        }
        return tokens
    }

    /// A quote stands for itself when there are two of it.
    private static func quoted(_ rest: inout Substring) throws -> String {
        guard let quote = rest.popFirst() else { return "" }
        var text = ""
        while let character = rest.popFirst() {
            if character != quote {
                text.append(character)
            } else if rest.first == quote {
                text.append(quote)
                rest.removeFirst()
            } else {
                return text
            }
        }
        throw HubError(.badRequest, "The condition cannot be understood: a quote (\(quote)) has no end")
    }
}
