// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension Tokenizer {
    /// Reads a tokenizer of today.
    ///
    /// - Parameters:
    ///   - json: `tokenizer.json`.
    ///   - configuration: `tokenizer_config.json`, for the padding and the greatest length.
    ///   - specialTokens: `special_tokens_map.json`, where older repos name the padding.
    ///
    /// Throws `HubError`: `unprocessable` for a damaged file, `unsupported` for parts that are not known.
    public init(
        json: JSONValue,
        configuration: JSONValue? = nil,
        specialTokens: JSONValue? = nil
    ) throws(HubError) {
        guard let model = json["model"], model.objectValue != nil else { throw Self.bad("it has no model") }
        self.init(
            normalizer: try TextNormalizer.read(json["normalizer"]),
            preTokenizer: try PreTokenizer.read(json["pre_tokenizer"]),
            model: try Self.model(model),
            template: try TokenTemplate.read(json["post_processor"]),
            added: AddedTokens(try AddedTokens.read(json["added_tokens"])),
            padding: json["padding"],
            configuration: configuration,
            specialTokens: specialTokens
        )
    }

    private static func model(_ model: JSONValue) throws(HubError) -> TokenModel {
        switch model["type"]?.stringValue {
        case "BPE": return .bpe(try BPEModel(model))
        case "WordPiece": return .wordPiece(try WordPieceModel(model))
        case "Unigram": return .unigram(try UnigramModel(model))
        case nil:
            // Older files leave the type to be guessed.
            if model["merges"] != nil { return .bpe(try BPEModel(model)) }
            if model["vocab"]?.arrayValue != nil { return .unigram(try UnigramModel(model)) }
            return .wordPiece(try WordPieceModel(model))
        case let type?: throw HubError(.unsupported, "The tokenizer's model \(type) is not supported")
        }
    }

    init(
        normalizer: TextNormalizer?,
        preTokenizer: PreTokenizer?,
        model: TokenModel,
        template: TokenTemplate,
        added: AddedTokens,
        padding: JSONValue?,
        configuration: JSONValue?,
        specialTokens: JSONValue?
    ) {
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.model = model
        self.template = template
        self.added = added
        let named = Self.token("pad_token", configuration, specialTokens)
        let id = named.flatMap { added.idsByContent[TokenText($0)] ?? model.id(of: $0) }
        paddingID = id ?? padding?["pad_id"]?.intValue ?? 0
        paddingType = padding?["pad_type_id"]?.intValue ?? 0
        padsLeft = configuration?["padding_side"]?.stringValue == "left"
        // "No limit" is written as a number with thirty digits.
        maximumLength = configuration?["model_max_length"]?.intValue.flatMap { $0 > 0 && $0 <= 1 << 20 ? Int($0) : nil }
    }

    /// A special token by its role: a string, or an object with its content.
    static func token(_ role: String, _ configuration: JSONValue?, _ specialTokens: JSONValue?) -> String? {
        for source in [configuration?[role], specialTokens?[role]] {
            if let text = source?.stringValue ?? source?["content"]?.stringValue { return text }
        }
        return nil
    }

    static func pattern(_ value: JSONValue?) throws(HubError) -> TextPattern {
        if let regex = value?["Regex"]?.stringValue { return try TextPattern(regex) }
        if let text = value?["String"]?.stringValue ?? value?.stringValue { return TextPattern(literal: text) }
        throw bad("a pattern is neither text nor a regular expression")
    }
}
