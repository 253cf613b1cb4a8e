// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Tokens that are found in the text as they stand, before the model sees it.
struct AddedTokens: Sendable {
    struct Token: Sendable {
        let id: Int64
        let content: Scalars
        var isSingleWord = false
        var stripsLeft = false
        var stripsRight = false
        /// Whether it is looked for in the normalized text.
        var isNormalized = false
        var isSpecial = true
    }

    enum Part {
        case text(Scalars)
        case token(Int64)
    }

    private(set) var idsByContent: [TokenText: Int64] = [:]
    /// By their first letter, the longest first.
    private var raw: [Unicode.Scalar: [Token]] = [:]
    private var normalized: [Unicode.Scalar: [Token]] = [:]

    init(_ tokens: [Token]) {
        for token in tokens {
            idsByContent[TokenText(token.content)] = token.id
            guard let first = token.content.first else { continue }
            if token.isNormalized {
                normalized[first, default: []].append(token)
            } else {
                raw[first, default: []].append(token)
            }
        }
        for first in raw.keys { raw[first]?.sort { $0.content.count > $1.content.count } }
        for first in normalized.keys { normalized[first]?.sort { $0.content.count > $1.content.count } }
    }

    /// Reads the member `added_tokens` of a tokenizer.json.
    static func read(_ value: JSONValue?) throws(HubError) -> [Token] {
        guard let list = value?.arrayValue else { return [] }
        guard list.count <= 100_000 else { throw Tokenizer.bad("there are too many added tokens") }
        var tokens: [Token] = []
        for entry in list {
            guard let content = entry["content"]?.stringValue, let id = entry["id"]?.intValue,
                (0...Int64(Int32.max)).contains(id)
            else { throw Tokenizer.bad("an added token has no content or number") }
            tokens.append(
                Token(
                    id: id,
                    content: Scalars(content.unicodeScalars),
                    isSingleWord: entry["single_word"]?.boolValue ?? false,
                    stripsLeft: entry["lstrip"]?.boolValue ?? false,
                    stripsRight: entry["rstrip"]?.boolValue ?? false,
                    isNormalized: entry["normalized"]?.boolValue ?? false,
                    isSpecial: entry["special"]?.boolValue ?? false
                )
            )
        }
        return tokens
    }

    /// Cuts out the tokens, before (`false`) or after (`true`) normalization.
    func split(_ text: Scalars, normalized isNormalized: Bool) -> [Part] {
        let table = isNormalized ? normalized : raw
        guard !table.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        var parts: [Part] = []
        var (start, at) = (0, 0)
        while at < text.count {
            guard let token = table[text[at]]?.first(where: { Self.matches($0, text, at) }) else {
                at += 1
                continue
            }
            var (from, to) = (at, at + token.content.count)
            if token.stripsLeft { while from > start, text[from - 1].isSpace { from -= 1 } }
            if token.stripsRight { while to < text.count, text[to].isSpace { to += 1 } }
            if start < from { parts.append(.text(Scalars(text[start..<from]))) }
            parts.append(.token(token.id))
            (start, at) = (to, to)
        }
        if start < text.count { parts.append(.text(Scalars(text[start...]))) }
        return parts
    }

    private static func matches(_ token: Token, _ text: Scalars, _ at: Int) -> Bool {
        let end = at + token.content.count
        guard end <= text.count, text[at..<end].elementsEqual(token.content) else { return false }
        guard token.isSingleWord else { return true }
        func isWord(_ index: Int) -> Bool {
            text.indices.contains(index) && (text[index].isLetter || text[index].isNumber || text[index] == "_")
        }
        return !isWord(at - 1) && !isWord(end)
    }
}
