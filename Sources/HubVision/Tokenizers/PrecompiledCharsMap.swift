// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// SentencePiece's table of replacements: a double-array trie of what is replaced, then the replacements, each ended by
/// a zero byte.
///
/// ```
/// u32 bytes of the trie | trie: u32 units | text
/// ```
struct PrecompiledCharsMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    init?(base64 text: String) {
        guard let bytes = Base64.decode(text.utf8), bytes.count >= 4 else { return nil }
        let size = Int(Self.unit(bytes, 0))
        guard size % 4 == 0, size <= bytes.count - 4 else { return nil }
        units = stride(from: 4, to: 4 + size, by: 4).map { Self.unit(bytes, $0) }
        replacements = Array(bytes[(4 + size)...])
    }

    /// Replaces whole visible characters where the table has them, else scalar by scalar, as the reference does.
    func apply(_ text: Scalars) -> Scalars {
        var result: Scalars = []
        for character in String(text) {
            let scalars = Scalars(character.unicodeScalars)
            if character.utf8.count < 6, let replacement = replacement(of: TokenText(scalars).utf8) {
                result += replacement
                continue
            }
            for scalar in scalars { result += replacement(of: TokenText([scalar]).utf8) ?? [scalar] }
        }
        return result
    }

    /// What the first entry that `key` begins with is replaced by.
    private func replacement(of key: [UInt8]) -> Scalars? {
        guard let root = units.first else { return nil }
        var position = Self.offset(root)
        for byte in key {
            position ^= Int(byte)
            guard units.indices.contains(position), Self.label(units[position]) == UInt32(byte) else { return nil }
            let unit = units[position]
            position ^= Self.offset(unit)
            guard unit >> 8 & 1 == 1 else { continue }
            guard units.indices.contains(position) else { return nil }
            let start = Int(units[position] & 0x7FFF_FFFF)
            guard start < replacements.count else { return nil }
            let text = replacements[start...].prefix { $0 != 0 }
            return Scalars(String(decoding: text, as: UTF8.self).unicodeScalars)
        }
        return nil
    }

    private static func unit(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        bytes[at..<(at + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }

    private static func label(_ unit: UInt32) -> UInt32 { unit & (1 << 31 | 0xFF) }
}
