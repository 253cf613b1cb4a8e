// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What happens to text before it is cut up.
indirect enum TextNormalizer: Sendable {
    case sequence([TextNormalizer])
    case nfc
    case nfd
    case lowercase
    case stripAccents
    case strip(left: Bool, right: Bool)
    case replace(TextPattern, with: Scalars)
    case prepend(Scalars)
    case bert(cleans: Bool, chinese: Bool, stripsAccents: Bool, lowercases: Bool)
    case precompiled(PrecompiledCharsMap)

    /// Reads the member `normalizer` of a tokenizer.json; `nil` for `null`.
    static func read(_ value: JSONValue?, depth: Int = 0) throws(HubError) -> TextNormalizer? {
        guard let value, !value.isNull else { return nil }
        guard depth < 10 else { throw Tokenizer.bad("normalizers are nested too deeply") }
        switch value["type"]?.stringValue {
        case "Sequence":
            var all: [TextNormalizer] = []
            for entry in value["normalizers"]?.arrayValue ?? [] {
                if let normalizer = try read(entry, depth: depth + 1) { all.append(normalizer) }
            }
            return .sequence(all)
        case "NFC": return .nfc
        case "NFD": return .nfd
        case "Lowercase": return .lowercase
        case "StripAccents": return .stripAccents
        case "Strip":
            return .strip(
                left: value["strip_left"]?.boolValue ?? true,
                right: value["strip_right"]?.boolValue ?? true
            )
        case "Replace":
            return .replace(
                try Tokenizer.pattern(value["pattern"]),
                with: Scalars((value["content"]?.stringValue ?? "").unicodeScalars)
            )
        case "Prepend": return .prepend(Scalars((value["prepend"]?.stringValue ?? "").unicodeScalars))
        case "BertNormalizer":
            let lowercases = value["lowercase"]?.boolValue ?? true
            return .bert(
                cleans: value["clean_text"]?.boolValue ?? true,
                chinese: value["handle_chinese_chars"]?.boolValue ?? true,
                stripsAccents: value["strip_accents"]?.boolValue ?? lowercases,
                lowercases: lowercases
            )
        case "Precompiled":
            guard let text = value["precompiled_charsmap"]?.stringValue, let map = PrecompiledCharsMap(base64: text)
            else {
                throw Tokenizer.bad("the precompiled character map is damaged")
            }
            return .precompiled(map)
        case let type:
            throw HubError(.unsupported, "The tokenizer's normalizer \(type ?? "without a type") is not supported")
        }
    }

    func apply(_ text: Scalars) throws(HubError) -> Scalars {
        switch self {
        case .sequence(let all):
            var text = text
            for normalizer in all { text = try normalizer.apply(text) }
            return text
        case .nfc: return UnicodeNormalization.nfc(text)
        case .nfd: return UnicodeNormalization.nfd(text)
        case .lowercase: return Self.lowercased(text)
        case .stripAccents: return text.filter { $0.properties.generalCategory != .nonspacingMark }
        case .strip(let left, let right):
            var slice = text[...]
            if left { slice = slice.drop(while: \.isSpace) }
            if right { while slice.last?.isSpace == true { slice.removeLast() } }
            return Scalars(slice)
        case .replace(let pattern, let replacement):
            var result: Scalars = []
            var at = 0
            for range in try pattern.matches(in: text) {
                result += text[at..<range.lowerBound] + replacement
                at = range.upperBound
            }
            return result + text[at...]
        case .prepend(let prefix): return text.isEmpty ? text : prefix + text
        case .bert(let cleans, let chinese, let stripsAccents, let lowercases):
            var text = text
            if cleans { text = Self.cleaned(text) }
            if chinese { text = text.flatMap { Self.isChinese($0) ? [" ", $0, " "] : [$0] } }
            if stripsAccents {
                text = UnicodeNormalization.nfd(text).filter { $0.properties.generalCategory != .nonspacingMark }
            }
            return lowercases ? Self.lowercased(text) : text
        case .precompiled(let map): return map.apply(text)
        }
    }

    /// Letter by letter, without regard to the neighbours.
    private static func lowercased(_ text: Scalars) -> Scalars {
        text.flatMap { scalar -> Scalars in
            switch scalar.value {
            case 65...90: [Unicode.Scalar(UInt8(scalar.value + 32))]
            case 0..<128: [scalar]
            default: Scalars(scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
    }

    private static func cleaned(_ text: Scalars) -> Scalars {
        text.compactMap { scalar in
            if scalar.value == 9 || scalar.value == 10 || scalar.value == 13 { return " " }
            if scalar.value == 0 || scalar.value == 0xFFFD { return nil }
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .unassigned: return nil
            default: return scalar.isSpace ? " " : scalar
            }
        }
    }

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
