// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// How a piece of text becomes tokens.
enum TokenModel: Sendable {
    case bpe(BPEModel)
    case wordPiece(WordPieceModel)
    case unigram(UnigramModel)

    func tokenize(_ piece: Scalars) -> [Int64] {
        switch self {
        case .bpe(let model): model.tokenize(piece)
        case .wordPiece(let model): model.tokenize(piece)
        case .unigram(let model): model.tokenize(piece)
        }
    }

    func id(of token: String) -> Int64? {
        switch self {
        case .bpe(let model): model.vocabulary[TokenText(token)]
        case .wordPiece(let model): model.vocabulary[TokenText(token)]
        case .unigram(let model): model.vocabulary[TokenText(token)]?.id
        }
    }
}

typealias Vocabulary = [TokenText: Int64]

extension TokenModel {
    /// Longer vocabularies are refused.
    static let maximumVocabulary = 2_000_000

    static func vocabulary(_ value: JSONValue?) throws(HubError) -> Vocabulary {
        guard let members = value?.objectValue else { throw Tokenizer.bad("the vocabulary is no object") }
        guard members.count <= maximumVocabulary else { throw Tokenizer.bad("the vocabulary is too large") }
        var vocabulary = Vocabulary(minimumCapacity: members.count)
        for (token, id) in zip(members.keys, members.values) {
            guard let id = id.intValue, (0...Int64(Int32.max)).contains(id) else {
                throw Tokenizer.bad("the token \"\(token.prefix(40))\" has no number")
            }
            vocabulary[TokenText(token)] = id
        }
        return vocabulary
    }
}

/// Byte-pair encoding: letters joined pair by pair, the pair that was learnt first before all others.
struct BPEModel: Sendable {
    struct Pair: Hashable, Sendable {
        let left: Int64
        let right: Int64
    }

    struct Merge: Sendable {
        let rank: Int
        let id: Int64
    }

    let vocabulary: Vocabulary
    private let merges: [Pair: Merge]
    private let unknown: Int64?
    private let fusesUnknown: Bool
    private let continuingPrefix: Scalars
    private let endOfWordSuffix: Scalars
    private let fallsBackToBytes: Bool
    private let ignoresMerges: Bool

    init(_ model: JSONValue) throws(HubError) {
        guard let list = model["merges"]?.arrayValue, list.count <= TokenModel.maximumVocabulary else {
            throw Tokenizer.bad("the model has no list of merges")
        }
        var pairs: [(String, String)] = []
        pairs.reserveCapacity(list.count)
        for entry in list {
            if let pair = entry.arrayValue, pair.count == 2, let left = pair[0].stringValue,
                let right = pair[1].stringValue
            {
                pairs.append((left, right))
            } else if let text = entry.stringValue, let pair = Self.pair(text) {
                pairs.append(pair)
            } else {
                throw Tokenizer.bad("a merge is no pair: \(entry.serialized.prefix(60))")
            }
        }
        try self.init(
            vocabulary: TokenModel.vocabulary(model["vocab"]),
            merges: pairs,
            unknown: model["unk_token"]?.stringValue,
            fusesUnknown: model["fuse_unk"]?.boolValue ?? false,
            continuingPrefix: model["continuing_subword_prefix"]?.stringValue ?? "",
            endOfWordSuffix: model["end_of_word_suffix"]?.stringValue ?? "",
            fallsBackToBytes: model["byte_fallback"]?.boolValue ?? false,
            ignoresMerges: model["ignore_merges"]?.boolValue ?? false
        )
    }

    /// Two tokens on a line of `merges.txt`.
    static func pair(_ line: some StringProtocol) -> (String, String)? {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    init(
        vocabulary: Vocabulary,
        merges pairs: [(String, String)],
        unknown: String?,
        fusesUnknown: Bool = false,
        continuingPrefix: String = "",
        endOfWordSuffix: String = "",
        fallsBackToBytes: Bool = false,
        ignoresMerges: Bool = false
    ) throws(HubError) {
        var merges = [Pair: Merge](minimumCapacity: pairs.count)
        let prefixLength = continuingPrefix.utf8.count
        for (rank, (left, right)) in pairs.enumerated() {
            let (leftText, rightText) = (TokenText(left), TokenText(right))
            let joined = TokenText(utf8: leftText.utf8 + rightText.utf8.dropFirst(prefixLength))
            guard let first = vocabulary[leftText], let second = vocabulary[rightText], let id = vocabulary[joined]
            else {
                throw Tokenizer.bad("the merge \"\(left.prefix(30)) \(right.prefix(30))\" is not in the vocabulary")
            }
            merges[Pair(left: first, right: second)] = Merge(rank: rank, id: id)
        }
        self.vocabulary = vocabulary
        self.merges = merges
        self.unknown = unknown.flatMap { vocabulary[TokenText($0)] }
        self.fusesUnknown = fusesUnknown
        self.continuingPrefix = Scalars(continuingPrefix.unicodeScalars)
        self.endOfWordSuffix = Scalars(endOfWordSuffix.unicodeScalars)
        self.fallsBackToBytes = fallsBackToBytes
        self.ignoresMerges = ignoresMerges
    }

    func tokenize(_ piece: Scalars) -> [Int64] {
        guard !piece.isEmpty else { return [] }
        if ignoresMerges, let id = vocabulary[TokenText(piece)] { return [id] }
        return merged(symbols(piece))
    }

    /// One token for each letter, before any merge.
    private func symbols(_ piece: Scalars) -> [Int64] {
        var ids: [Int64] = []
        ids.reserveCapacity(piece.count)
        var lastIsUnknown = false
        for (index, scalar) in piece.enumerated() {
            let prefixed = index > 0 ? continuingPrefix + [scalar] : [scalar]
            let text = TokenText(index == piece.count - 1 ? prefixed + endOfWordSuffix : prefixed)
            if let id = vocabulary[text] {
                ids.append(id)
                lastIsUnknown = false
                continue
            }
            if fallsBackToBytes {
                let bytes = text.utf8.compactMap { vocabulary[TokenText(ByteLevel.fallbackName($0))] }
                if bytes.count == text.utf8.count {
                    ids.append(contentsOf: bytes)
                    lastIsUnknown = false
                    continue
                }
            }
            guard let unknown else { continue }
            if !(fusesUnknown && lastIsUnknown) { ids.append(unknown) }
            lastIsUnknown = true
        }
        return ids
    }

    /// Joins neighbours by rank, the leftmost of equal rank first. Work grows with length times its logarithm.
    private func merged(_ initial: [Int64]) -> [Int64] {
        guard initial.count > 1 else { return initial }
        var ids = initial
        var next = Array(1...initial.count)
        var previous = Array(-1..<(initial.count - 1))
        var isGone = [Bool](repeating: false, count: initial.count)
        var queue = MergeQueue()
        func offer(_ left: Int) {
            let right = next[left]
            guard right < ids.count, let merge = merges[Pair(left: ids[left], right: ids[right])] else { return }
            queue.push(.init(rank: merge.rank, position: left, left: ids[left], right: ids[right], id: merge.id))
        }
        for index in 0..<(initial.count - 1) { offer(index) }
        while let candidate = queue.pop() {
            let left = candidate.position
            guard !isGone[left], ids[left] == candidate.left else { continue }
            let right = next[left]
            guard right < ids.count, ids[right] == candidate.right else { continue }
            ids[left] = candidate.id
            isGone[right] = true
            next[left] = next[right]
            if next[right] < ids.count { previous[next[right]] = left }
            if previous[left] >= 0 { offer(previous[left]) }
            offer(left)
        }
        return ids.indices.filter { !isGone[$0] }.map { ids[$0] }
    }
}

/// A binary heap of possible merges, the best at its root.
private struct MergeQueue {
    struct Candidate {
        let rank: Int
        let position: Int
        let left: Int64
        let right: Int64
        let id: Int64

        func isBefore(_ other: Candidate) -> Bool { (rank, position) < (other.rank, other.position) }
    }

    private var heap: [Candidate] = []

    mutating func push(_ candidate: Candidate) {
        heap.append(candidate)
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Candidate? {
        guard let best = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return best }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            if smallest == parent { return best }
            heap.swapAt(smallest, parent)
            parent = smallest
        }
    }
}

/// The longest known beginning of a word, then of the rest, and so on; a word with an unknown part is unknown.
struct WordPieceModel: Sendable {
    let vocabulary: Vocabulary
    private let unknown: Int64
    private let prefix: Scalars
    private let maximumLength: Int
    /// No token is longer, in scalars; with the prefix.
    private let longest: Int

    init(_ model: JSONValue) throws(HubError) {
        try self.init(
            vocabulary: TokenModel.vocabulary(model["vocab"]),
            unknown: model["unk_token"]?.stringValue ?? "[UNK]",
            prefix: model["continuing_subword_prefix"]?.stringValue ?? "##",
            maximumLength: model["max_input_chars_per_word"]?.intValue.flatMap { Int(exactly: $0) } ?? 100
        )
    }

    init(vocabulary: Vocabulary, unknown: String, prefix: String = "##", maximumLength: Int = 100) throws(HubError) {
        guard let id = vocabulary[TokenText(unknown)] else {
            throw Tokenizer.bad("the unknown token \"\(unknown.prefix(40))\" is not in the vocabulary")
        }
        self.vocabulary = vocabulary
        self.unknown = id
        self.prefix = Scalars(prefix.unicodeScalars)
        self.maximumLength = min(max(0, maximumLength), 10_000)
        longest = vocabulary.keys.reduce(0) { max($0, $1.utf8.count) }
    }

    func tokenize(_ piece: Scalars) -> [Int64] {
        guard piece.count <= maximumLength else { return [unknown] }
        var ids: [Int64] = []
        var start = 0
        while start < piece.count {
            var end = min(piece.count, start + longest)
            var found: Int64?
            while end > start {
                let text = TokenText(start > 0 ? prefix + piece[start..<end] : Scalars(piece[start..<end]))
                if let id = vocabulary[text] {
                    found = id
                    break
                }
                end -= 1
            }
            guard let found else { return [unknown] }
            ids.append(found)
            start = end
        }
        return ids
    }
}

/// SentencePiece's unigram model: the split whose pieces are likeliest together.
struct UnigramModel: Sendable {
    struct Piece: Sendable {
        let id: Int64
        let score: Double
    }

    let vocabulary: [TokenText: Piece]
    private let unknown: Int64?
    private let unknownScore: Double
    private let fallsBackToBytes: Bool
    /// Bytes of the longest piece.
    private let longest: Int

    init(_ model: JSONValue) throws(HubError) {
        guard let list = model["vocab"]?.arrayValue, list.count <= TokenModel.maximumVocabulary else {
            throw Tokenizer.bad("the model has no vocabulary")
        }
        var vocabulary = [TokenText: Piece](minimumCapacity: list.count)
        var lowest = 0.0
        for (id, entry) in list.enumerated() {
            guard let pair = entry.arrayValue, pair.count == 2, let text = pair[0].stringValue,
                let score = pair[1].doubleValue, score.isFinite
            else { throw Tokenizer.bad("entry \(id) of the vocabulary is no pair of a piece and a score") }
            lowest = min(lowest, score)
            vocabulary[TokenText(text)] = Piece(id: Int64(id), score: score)
        }
        unknown = model["unk_id"]?.intValue
        if let unknown, !list.indices.contains(Int(unknown)) {
            throw Tokenizer.bad("unk_id lies outside the vocabulary")
        }
        unknownScore = lowest - 10
        longest = vocabulary.keys.reduce(0) { max($0, $1.utf8.count) }
        fallsBackToBytes = model["byte_fallback"]?.boolValue ?? false
        self.vocabulary = vocabulary
    }

    func tokenize(_ text: Scalars) -> [Int64] {
        let bytes = TokenText(text).utf8
        guard !bytes.isEmpty else { return [] }
        // The best way to each position: where its last piece begins, what it is, and the sum of scores.
        var starts = [Int](repeating: -1, count: bytes.count + 1)
        var ids = [Int64?](repeating: nil, count: bytes.count + 1)
        var scores = [Double](repeating: 0, count: bytes.count + 1)
        func offer(_ start: Int, _ end: Int, _ id: Int64?, _ score: Double) {
            let total = scores[start] + score
            guard starts[end] < 0 || total > scores[end] else { return }
            (starts[end], ids[end], scores[end]) = (start, id, total)
        }
        var start = 0
        while start < bytes.count {
            let first = Self.length(bytes[start])
            var isKnown = false
            for end in (start + 1)...min(bytes.count, start + max(longest, 1)) {
                guard end == bytes.count || bytes[end] & 0xC0 != 0x80 else { continue }
                guard let piece = vocabulary[TokenText(utf8: bytes[start..<end])] else { continue }
                offer(start, end, piece.id, piece.score)
                if end - start == first { isKnown = true }
            }
            if !isKnown { offer(start, min(bytes.count, start + first), nil, unknownScore) }
            start += first
        }
        return pieces(bytes, starts, ids)
    }

    /// Follows the best way back; neighbouring unknowns are one.
    private func pieces(_ bytes: [UInt8], _ starts: [Int], _ ids: [Int64?]) -> [Int64] {
        var reversed: [(id: Int64?, range: Range<Int>)] = []
        var end = bytes.count
        while end > 0, starts[end] >= 0 {
            let start = starts[end]
            if ids[end] == nil, let last = reversed.last, last.id == nil {
                reversed[reversed.count - 1].range = start..<last.range.upperBound
            } else {
                reversed.append((ids[end], start..<end))
            }
            end = start
        }
        var result: [Int64] = []
        for (id, range) in reversed.reversed() {
            if let id {
                result.append(id)
                continue
            }
            if fallsBackToBytes {
                let known = bytes[range].compactMap { vocabulary[TokenText(ByteLevel.fallbackName($0))]?.id }
                if known.count == range.count {
                    result.append(contentsOf: known)
                    continue
                }
            }
            if let unknown { result.append(unknown) }
        }
        return result
    }

    private static func length(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }
}

/// Bytes as letters that can be seen, so that a vocabulary of text can hold any bytes.
enum ByteLevel {
    static let alphabet: [Unicode.Scalar] = {
        var alphabet: [Unicode.Scalar] = []
        var extra: UInt32 = 0
        for byte in UInt32(0)...255 {
            let isVisible = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            let value = isVisible ? byte : 256 + extra
            if !isVisible { extra += 1 }
            alphabet.append(Unicode.Scalar(value) ?? " ")
        }
        return alphabet
    }()

    static func encode(_ text: Scalars) -> Scalars { TokenText(text).utf8.map { alphabet[Int($0)] } }

    /// What SentencePiece calls a byte that no piece covers: `<0x0A>`.
    static func fallbackName(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "<0x0\(digits)>" : "<0x\(digits)>"
    }
}
