// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Which tokens are put around one text, or around and between two.
struct TokenTemplate: Sendable {
    enum Part: Sendable {
        case token(Int64, type: Int64)
        case first(type: Int64)
        case second(type: Int64)
    }

    var single: [Part] = [.first(type: 0)]
    var pair: [Part] = [.first(type: 0), .second(type: 1)]

    /// `[CLS] first [SEP] second [SEP]`, the second of another type.
    static func bert(start: Int64, separator: Int64) -> TokenTemplate {
        TokenTemplate(
            single: [.token(start, type: 0), .first(type: 0), .token(separator, type: 0)],
            pair: [
                .token(start, type: 0), .first(type: 0), .token(separator, type: 0), .second(type: 1),
                .token(separator, type: 1),
            ]
        )
    }

    /// `<s> first </s></s> second </s>`, all of one type.
    static func roberta(start: Int64, separator: Int64) -> TokenTemplate {
        TokenTemplate(
            single: [.token(start, type: 0), .first(type: 0), .token(separator, type: 0)],
            pair: [
                .token(start, type: 0), .first(type: 0), .token(separator, type: 0), .token(separator, type: 0),
                .second(type: 0), .token(separator, type: 0),
            ]
        )
    }

    /// Reads the member `post_processor` of a tokenizer.json.
    static func read(_ value: JSONValue?, depth: Int = 0) throws(HubError) -> TokenTemplate {
        guard let value, !value.isNull else { return TokenTemplate() }
        guard depth < 10 else { throw Tokenizer.bad("post-processors are nested too deeply") }
        func special(_ key: String) throws(HubError) -> Int64 {
            guard let pair = value[key]?.arrayValue, pair.count == 2, let id = pair[1].intValue else {
                throw Tokenizer.bad("the post-processor has no \(key)")
            }
            return id
        }
        switch value["type"]?.stringValue {
        case "BertProcessing": return bert(start: try special("cls"), separator: try special("sep"))
        case "RobertaProcessing": return roberta(start: try special("cls"), separator: try special("sep"))
        case "ByteLevel": return TokenTemplate()
        case "Sequence":
            // Only one of them adds tokens.
            var result = TokenTemplate()
            for entry in value["processors"]?.arrayValue ?? [] where entry["type"]?.stringValue != "ByteLevel" {
                result = try read(entry, depth: depth + 1)
            }
            return result
        case "TemplateProcessing":
            return TokenTemplate(
                single: try parts(value["single"], value["special_tokens"]),
                pair: try parts(value["pair"], value["special_tokens"])
            )
        case let type:
            throw HubError(.unsupported, "The tokenizer's post-processor \(type ?? "without a type") is not supported")
        }
    }

    private static func parts(_ value: JSONValue?, _ specials: JSONValue?) throws(HubError) -> [Part] {
        var parts: [Part] = []
        for entry in (value?.arrayValue ?? []).prefix(1000) {
            if let sequence = entry["Sequence"] {
                let type = sequence["type_id"]?.intValue ?? 0
                parts.append(sequence["id"]?.stringValue == "B" ? .second(type: type) : .first(type: type))
            } else if let special = entry["SpecialToken"], let name = special["id"]?.stringValue,
                let ids = specials?[name]?["ids"]?.arrayValue
            {
                let type = special["type_id"]?.intValue ?? 0
                for id in ids.prefix(1000) {
                    guard let id = id.intValue else { throw Tokenizer.bad("a special token has no number") }
                    parts.append(.token(id, type: type))
                }
            } else {
                throw Tokenizer.bad("the post-processor's template is damaged")
            }
        }
        return parts
    }

    /// How many tokens are added.
    func addedCount(isPair: Bool) -> Int {
        (isPair ? pair : single).count { if case .token = $0 { true } else { false } }
    }

    func apply(_ first: [Int64], _ second: [Int64]?) -> (ids: [Int64], types: [Int64]) {
        var (ids, types): ([Int64], [Int64]) = ([], [])
        for part in second == nil ? single : pair {
            let (added, type): ([Int64], Int64) =
                switch part {
                case .token(let id, let type): ([id], type)
                case .first(let type): (first, type)
                case .second(let type): (second ?? [], type)
                }
            ids += added
            types += [Int64](repeating: type, count: added.count)
        }
        return (ids, types)
    }
}
