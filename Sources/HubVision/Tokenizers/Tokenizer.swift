// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Turns text into the numbers that a network knows words by.
public struct Tokenizer: Sendable {
    let normalizer: TextNormalizer?
    let preTokenizer: PreTokenizer?
    let model: TokenModel
    let template: TokenTemplate
    let added: AddedTokens
    /// What fills up shorter texts of a batch.
    public let paddingID: Int64
    public let paddingType: Int64
    /// Fills up on the left, as generating models want it.
    public let padsLeft: Bool
    /// Tokens that the network takes at most; `nil` when the model does not say.
    public let maximumLength: Int?

    /// Longer texts are refused, in bytes of UTF-8.
    public static let maximumTextBytes = 1 << 20

    static func bad(_ what: String) -> HubError {
        HubError(.unprocessable, "The model's tokenizer is damaged: \(what)")
    }

    /// The number of a token, added ones first.
    public func id(of token: String) -> Int64? { added.idsByContent[TokenText(token)] ?? model.id(of: token) }

    /// One text, or two, as tokens.
    ///
    /// - Parameters:
    ///   - maximumLength: tokens at most, those around the text included; from the longer text, at its end, the rest
    ///     is cut off.
    ///   - addsSpecialTokens: whether the tokens are put around that the model was trained with.
    ///
    /// Throws `HubError.tooLarge` for texts past `maximumTextBytes`, `unprocessable` when a pattern of the tokenizer
    /// takes too long.
    public func encode(
        _ text: String,
        _ second: String? = nil,
        maximumLength: Int? = nil,
        addsSpecialTokens: Bool = true
    ) throws(HubError) -> Encoding {
        var firstIDs = try ids(text)
        var secondIDs: [Int64]?
        if let second { secondIDs = try ids(second) }
        if let maximumLength {
            let added = addsSpecialTokens ? template.addedCount(isPair: second != nil) : 0
            Self.truncate(&firstIDs, &secondIDs, to: max(0, maximumLength - added))
        }
        guard addsSpecialTokens else {
            let ids = firstIDs + (secondIDs ?? [])
            return Encoding(
                ids: ids,
                types: [Int64](repeating: 0, count: ids.count),
                mask: [Int64](repeating: 1, count: ids.count)
            )
        }
        let (ids, types) = template.apply(firstIDs, secondIDs)
        return Encoding(ids: ids, types: types, mask: [Int64](repeating: 1, count: ids.count))
    }

    /// Cuts ends off until there are `count` tokens: the longer text gives way, and of an odd number keeps one more.
    private static func truncate(_ first: inout [Int64], _ second: inout [Int64]?, to count: Int) {
        guard let other = second else {
            first = Array(first.prefix(count))
            return
        }
        guard first.count + other.count > count else { return }
        let shorter = min(first.count, other.count)
        var (short, long) = (shorter, max(shorter, count - shorter))
        if short + long > count { (short, long) = (count / 2, count / 2 + count % 2) }
        let firstIsLonger = first.count > other.count
        first = Array(first.prefix(firstIsLonger ? long : short))
        second = Array(other.prefix(firstIsLonger ? short : long))
    }

    /// How short texts of a batch are filled up.
    public enum Padding: Sendable, Hashable {
        /// To the longest of the batch.
        case longest
        /// To a fixed number of tokens.
        case length(Int)
    }

    /// Several texts as tensors of one length.
    ///
    /// Texts are cut to `maximumLength`, by default what the network takes. Errors as of `encode`.
    public func encode(
        batch texts: [String],
        padding: Padding = .longest,
        maximumLength: Int? = nil
    ) throws(HubError) -> TokenBatch {
        guard !texts.isEmpty else { throw HubError(.badRequest, "There is no text") }
        var limit = maximumLength ?? self.maximumLength
        if case .length(let length) = padding { limit = min(limit ?? length, length) }
        var encodings: [Encoding] = []
        for text in texts { encodings.append(try encode(text, maximumLength: limit)) }
        var length = encodings.map(\.ids.count).max() ?? 0
        if case .length(let wanted) = padding { length = wanted }
        var (ids, types, mask): ([Int64], [Int64], [Int64]) = ([], [], [])
        for encoding in encodings {
            let missing = max(0, length - encoding.ids.count)
            func padded(_ values: [Int64], _ value: Int64) -> [Int64] {
                let filling = [Int64](repeating: value, count: missing)
                return padsLeft ? filling + values : values + filling
            }
            ids += padded(encoding.ids, paddingID)
            types += padded(encoding.types, paddingType)
            mask += padded(encoding.mask, 0)
        }
        let shape = [encodings.count, length]
        guard let ids = Tensor(ids, shape: shape), let types = Tensor(types, shape: shape),
            let mask = Tensor(mask, shape: shape)
        else { throw HubError(.internal, "Tokens of a batch differ in number") }
        return TokenBatch(ids: ids, types: types, mask: mask)
    }

    private func ids(_ text: String) throws(HubError) -> [Int64] {
        guard text.utf8.count <= Self.maximumTextBytes else {
            throw HubError(.tooLarge, "The text is longer than \(Self.maximumTextBytes) bytes")
        }
        var ids: [Int64] = []
        var isFirst = true
        for part in added.split(Scalars(text.unicodeScalars), normalized: false) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let stretch):
                for part in added.split(try normalizer?.apply(stretch) ?? stretch, normalized: true) {
                    switch part {
                    case .token(let id): ids.append(id)
                    case .text(let stretch):
                        let whole = PreTokenizer.Piece(text: stretch, isFirst: isFirst)
                        for piece in try preTokenizer?.pieces(whole) ?? [whole] {
                            ids += model.tokenize(piece.text)
                        }
                    }
                    isFirst = false
                }
            }
            isFirst = false
        }
        return ids
    }

    /// One text's tokens.
    public struct Encoding: Sendable, Hashable {
        public let ids: [Int64]
        /// 0 for the first text, 1 for the second, as the model was trained.
        public let types: [Int64]
        /// 1 for each token.
        public let mask: [Int64]
    }
}

/// Texts of a batch as a network takes them; each `[batch, length]`, 64-bit integers.
public struct TokenBatch: Sendable {
    public let ids: Tensor
    public let types: Tensor
    /// 1 where there is text, 0 where it is filled up.
    public let mask: Tensor
}
