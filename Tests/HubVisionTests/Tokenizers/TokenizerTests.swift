// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

@Suite struct TokenizerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let tokenizer: String
        let text: String
        let pair: String?
        let maximum: Int?
        let ids: [Int64]
        let types: [Int64]?

        var testDescription: String { "\(tokenizer): \(text.prefix(30))" }
    }

    /// By tokenizer. `Fixtures/generate/make_tokenizer_goldens.py` made them with the reference library.
    static let goldens: [String: [Case]] = {
        let cases = (try? Fixture.json("_tokenizers/expected.json"))?["cases"]?.arrayValue ?? []
        let all = cases.map { entry in
            Case(
                tokenizer: entry["tokenizer"]?.stringValue ?? "",
                text: entry["text"]?.stringValue ?? "",
                pair: entry["pair"]?.stringValue,
                maximum: entry["maximum"]?.intValue.map(Int.init),
                ids: (entry["ids"]?.arrayValue ?? []).compactMap(\.intValue),
                types: entry["types"]?.arrayValue.map { $0.compactMap(\.intValue) }
            )
        }
        return Dictionary(grouping: all, by: \.tokenizer)
    }()

    @Test(arguments: goldens.keys.sorted())
    func `numbers equal the reference's`(_ name: String) throws {
        let tokenizer = try Tokenizer(json: Fixture.json(name))
        let cases = try #require(Self.goldens[name])
        #expect(cases.count == 32)
        for golden in cases {
            let encoding = try tokenizer.encode(golden.text, golden.pair, maximumLength: golden.maximum)
            #expect(encoding.ids == golden.ids, "\(golden.text.debugDescription) \(golden.pair ?? "")")
            if let types = golden.types { #expect(encoding.types == types) }
        }
    }

    @Test func `there are goldens for every kind`() { #expect(Self.goldens.count == 14) }

    @Test(arguments: ["clip", "owlvit", "clipseg"])
    func `old files of CLIP give the same numbers as tokenizer json`(_ name: String) throws {
        let configuration = try Fixture.json("\(name)/tokenizer_config.json")
        let family = try #require(
            Tokenizer.Family(tokenizerClass: configuration["tokenizer_class"]?.stringValue, modelType: nil)
        )
        let old = try Tokenizer(
            family: family,
            vocabulary: Fixture.json("\(name)/vocab.json"),
            merges: String(decoding: Fixture.bytes("\(name)/merges.txt"), as: UTF8.self),
            configuration: configuration
        )
        for golden in Self.goldens["\(name)/tokenizer.json"] ?? [] {
            let encoding = try old.encode(golden.text, golden.pair, maximumLength: golden.maximum)
            #expect(encoding.ids == golden.ids, "\(golden.text.debugDescription)")
        }
        let new = try Tokenizer(json: Fixture.json("\(name)/tokenizer.json"), configuration: configuration)
        #expect(old.paddingID == new.paddingID)
        #expect(old.maximumLength == new.maximumLength)
    }

    @Test func `old files of BERT give the same numbers as tokenizer json`() throws {
        let old = try Tokenizer(
            wordPieces: String(decoding: Fixture.bytes("vilt_vqa/vocab.txt"), as: UTF8.self),
            configuration: Fixture.json("vilt_vqa/tokenizer_config.json")
        )
        for golden in Self.goldens["vilt_vqa/tokenizer.json"] ?? [] {
            let encoding = try old.encode(golden.text, golden.pair, maximumLength: golden.maximum)
            #expect(encoding.ids == golden.ids, "\(golden.text.debugDescription)")
        }
    }

    static let batches: [(String, String, [String], Tokenizer.Padding)] = [
        (
            "clip", "coffee", ["cat", "cup of coffee", "rocket", "astronaut"].map { "This is a photo of \($0)." },
            .longest
        ),
        (
            "siglip", "coffee", ["cat", "cup of coffee", "rocket", "astronaut"].map { "This is a photo of \($0)." },
            .length(64)
        ),
        ("clipseg", "coffee", ["a cat", "a cup", "the sky"], .longest),
        ("owlvit", "coffee", ["cup"], .longest),
        ("vilt_vqa", "coffee_1", ["how many cups are there?"], .longest),
    ]

    @Test(arguments: batches)
    func `a batch equals the network's stored input`(_ batch: (String, String, [String], Tokenizer.Padding)) throws {
        let (name, label, texts, padding) = batch
        let tokenizer = try Tokenizer(
            json: Fixture.json("\(name)/tokenizer.json"),
            configuration: Fixture.json("\(name)/tokenizer_config.json")
        )
        let expected = try Fixture.tensors("\(name)/expected/\(label).safetensors")
        let tokens = try tokenizer.encode(batch: texts, padding: padding)
        let ids = try #require(expected["in.input_ids"])
        #expect(tokens.ids.shape == ids.shape)
        #expect(tokens.ids.integers == ids.integers)
        if let mask = expected["in.attention_mask"] { #expect(tokens.mask.integers == mask.integers) }
        if let types = expected["in.token_type_ids"] { #expect(tokens.types.integers == types.integers) }
    }

    // MARK: - Hostile files

    static let broken: [(String, String)] = [
        ("{}", "it has no model"),
        (#"{"model":{"type":"WordLevel"}}"#, "model WordLevel is not supported"),
        (#"{"model":{"type":"BPE","vocab":{"a":0}}}"#, "no list of merges"),
        (#"{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}"#, "has no number"),
        (#"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}"#, "is not in the vocabulary"),
        (#"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b c"]}}"#, "is no pair"),
        (#"{"model":{"type":"WordPiece","vocab":{"a":0}}}"#, "unknown token"),
        (#"{"model":{"type":"Unigram","vocab":[["a",0.0]],"unk_id":7}}"#, "unk_id"),
        (#"{"model":{"type":"Unigram","vocab":[["a"]]}}"#, "no pair of a piece and a score"),
        (#"{"normalizer":{"type":"NFKC"},"model":{"type":"Unigram","vocab":[]}}"#, "normalizer NFKC is not supported"),
        (
            #"{"normalizer":{"type":"Precompiled","precompiled_charsmap":"////"},"model":{"type":"Unigram","vocab":[]}}"#,
            "character map"
        ),
        (
            #"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Removed"},"model":{"type":"Unigram","vocab":[]}}"#,
            "pattern that is not supported: (a"
        ),
        (
            #"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Removed"},"model":{"type":"Unigram","vocab":[]}}"#,
            "pattern that is not supported"
        ),
        (#"{"added_tokens":[{"id":-5,"content":"x"}],"model":{"type":"Unigram","vocab":[]}}"#, "added token"),
        (
            #"{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]"}}]},"model":{"type":"Unigram","vocab":[]}}"#,
            "template"
        ),
    ]

    @Test(arguments: broken)
    func `a damaged tokenizer says what is wrong`(_ json: String, _ message: String) throws {
        let value = try JSONValue(parsing: Array(json.utf8))
        let error = #expect(throws: HubError.self) { try Tokenizer(json: value) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a pattern made to run for ever is stopped`() throws {
        let json: JSONValue = [
            "pre_tokenizer": ["type": "Split", "pattern": ["Regex": "(((a*)*)*)*b"], "behavior": "Isolated"],
            "model": ["type": "Unigram", "vocab": [["a", -1.0]], "unk_id": 0],
        ]
        let tokenizer = try Tokenizer(json: json)
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            _ = try? tokenizer.encode(String(repeating: "a", count: 3000))
        }
        #expect(elapsed < .seconds(20))
    }

    @Test func `a long word takes time in proportion, not by its square`() throws {
        let tokenizer = try Tokenizer(json: Fixture.json("clip/tokenizer.json"))
        let encoding = try tokenizer.encode(String(repeating: "the", count: 20_000), maximumLength: 77)
        #expect(encoding.ids.count == 77)
        let error = #expect(throws: HubError.self) {
            try tokenizer.encode(String(repeating: "x", count: Tokenizer.maximumTextBytes + 1))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [
        "clip/tokenizer.json", "vilt_vqa/tokenizer.json", "siglip/tokenizer.json", "_tokenizers/newer_bpe.json",
    ])
    func `damaged files never do more than throw`(_ name: String) throws {
        let bytes = try Fixture.bytes(name)
        var random = SplitMix(state: 7)
        for _ in 0..<60 {
            var damaged = bytes
            for _ in 0..<(1 + random.next() % 8) {
                let at = Int(random.next() % UInt64(damaged.count))
                // Other digits, letters and brackets: most of these still parse.
                damaged[at] = Array(#"0123456789abcXYZ{}[]",:\ "#.utf8)[Int(random.next() % 25)]
            }
            do {
                let tokenizer = try Tokenizer(json: JSONValue(parsing: damaged))
                _ = try tokenizer.encode("This is a photo of a cat's cup, 12.50!", "日本 é")
            } catch {
                #expect(error is HubError || error is JSONError)
            }
        }
    }
}
