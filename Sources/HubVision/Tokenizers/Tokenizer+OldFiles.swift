// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension Tokenizer {
    /// Which family the files of a repo without tokenizer.json belong to: they hold the vocabulary, not the rules.
    public enum Family: Sendable, Hashable {
        /// Lower-cased text, words ended by `</w>`, `<|startoftext|>` and `<|endoftext|>` around.
        case clip
        /// Bytes as letters, nothing around.
        case gpt2
        /// As GPT-2, `<s>` and `</s>` around.
        case roberta

        /// By `tokenizer_class` or, without one, `model_type`.
        public init?(tokenizerClass: String?, modelType: String?) {
            let name = (tokenizerClass ?? modelType ?? "").lowercased()
            if ["clip", "owlvit", "owlv2", "groupvit", "xclip"].contains(where: name.hasPrefix) {
                self = .clip
            } else if ["roberta", "layoutlmv3", "bart", "trocr", "longformer"].contains(where: name.hasPrefix) {
                self = .roberta
            } else if name.hasPrefix("gpt2") {
                self = .gpt2
            } else {
                return nil
            }
        }
    }

    /// Reads `vocab.json` and `merges.txt`.
    ///
    /// Errors as of `init(json:configuration:specialTokens:)`.
    public init(
        family: Family,
        vocabulary json: JSONValue,
        merges text: String,
        configuration: JSONValue? = nil,
        specialTokens: JSONValue? = nil
    ) throws(HubError) {
        let vocabulary = try TokenModel.vocabulary(json)
        var pairs: [(String, String)] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            if index == 0, line.hasPrefix("#version") { continue }
            guard let pair = BPEModel.pair(line) else { throw Self.bad("line \(index + 1) of merges.txt is no pair") }
            pairs.append(pair)
        }
        func id(_ role: String, _ usual: String) throws(HubError) -> Int64 {
            let token = Self.token(role, configuration, specialTokens) ?? usual
            guard let id = vocabulary[TokenText(token)] else {
                throw Self.bad("the token \"\(token.prefix(40))\" is not in the vocabulary")
            }
            return id
        }
        var specials: [AddedTokens.Token] = []
        let usual =
            family == .roberta ? ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] : ["<|startoftext|>", "<|endoftext|>"]
        for token in usual {
            guard let id = vocabulary[TokenText(token)] else { continue }
            let strips = token == "<mask>"
            specials.append(.init(id: id, content: Scalars(token.unicodeScalars), stripsLeft: strips))
        }
        let byteLevel = PreTokenizer.byteLevel(
            addsPrefixSpace: configuration?["add_prefix_space"]?.boolValue ?? false,
            pattern: try TextPattern(PreTokenizer.gpt2Pattern)
        )
        let configuration = Self.withUsualPadding(
            configuration,
            specialTokens,
            family == .roberta ? "<pad>" : "<|endoftext|>"
        )
        switch family {
        case .clip:
            self.init(
                normalizer: .sequence([.nfc, .replace(try TextPattern(#"\s+"#), with: [" "]), .lowercase]),
                preTokenizer: .sequence([.split(try TextPattern(Self.clipPattern), .removed, inverts: true), byteLevel]
                ),
                model: .bpe(
                    try BPEModel(
                        vocabulary: vocabulary,
                        merges: pairs,
                        unknown: "<|endoftext|>",
                        endOfWordSuffix: "</w>"
                    )
                ),
                template: .roberta(
                    start: try id("bos_token", "<|startoftext|>"),
                    separator: try id("eos_token", "<|endoftext|>")
                ),
                added: AddedTokens(specials),
                padding: nil,
                configuration: configuration,
                specialTokens: specialTokens
            )
        case .gpt2, .roberta:
            var template = TokenTemplate()
            if family == .roberta {
                template = .roberta(start: try id("cls_token", "<s>"), separator: try id("sep_token", "</s>"))
            }
            self.init(
                normalizer: nil,
                preTokenizer: byteLevel,
                model: .bpe(try BPEModel(vocabulary: vocabulary, merges: pairs, unknown: nil)),
                template: template,
                added: AddedTokens(specials),
                padding: nil,
                configuration: configuration,
                specialTokens: specialTokens
            )
        }
    }

    static let clipPattern =
        #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#

    /// Reads BERT's `vocab.txt`: a token on each line, numbered from 0.
    ///
    /// Errors as of `init(json:configuration:specialTokens:)`.
    public init(
        wordPieces text: String,
        configuration: JSONValue? = nil,
        specialTokens: JSONValue? = nil
    ) throws(HubError) {
        var vocabulary: Vocabulary = [:]
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= TokenModel.maximumVocabulary else { throw Self.bad("the vocabulary is too large") }
        for (id, line) in lines.enumerated() {
            vocabulary[TokenText(utf8: line.last == 13 ? line.dropLast() : line)] = Int64(id)
        }
        var specials: [AddedTokens.Token] = []
        var ids: [String: Int64] = [:]
        let usual = [
            ("pad_token", "[PAD]"), ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"),
            ("mask_token", "[MASK]"),
        ]
        for (role, token) in usual {
            let content = Self.token(role, configuration, specialTokens) ?? token
            guard let id = vocabulary[TokenText(content)] else { continue }
            ids[role] = id
            specials.append(.init(id: id, content: Scalars(content.unicodeScalars)))
        }
        guard let start = ids["cls_token"], let separator = ids["sep_token"] else {
            throw Self.bad("vocab.txt has no [CLS] or [SEP]")
        }
        let lowercases = configuration?["do_lower_case"]?.boolValue ?? true
        self.init(
            normalizer: .bert(
                cleans: true,
                chinese: configuration?["tokenize_chinese_chars"]?.boolValue ?? true,
                stripsAccents: configuration?["strip_accents"]?.boolValue ?? lowercases,
                lowercases: lowercases
            ),
            preTokenizer: .bert,
            model: .wordPiece(
                try WordPieceModel(
                    vocabulary: vocabulary,
                    unknown: Self.token("unk_token", configuration, specialTokens) ?? "[UNK]"
                )
            ),
            template: .bert(start: start, separator: separator),
            added: AddedTokens(specials),
            padding: nil,
            configuration: Self.withUsualPadding(configuration, specialTokens, "[PAD]"),
            specialTokens: specialTokens
        )
    }

    /// The configuration with a padding token, where it names none.
    private static func withUsualPadding(_ configuration: JSONValue?, _ specialTokens: JSONValue?, _ token: String)
        -> JSONValue
    {
        var members = configuration?.objectValue ?? [:]
        if Self.token("pad_token", configuration, specialTokens) == nil { members["pad_token"] = .string(token) }
        return .object(members)
    }
}
