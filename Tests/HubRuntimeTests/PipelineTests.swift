// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision
import Testing

/// From the bytes of a photograph to the JSON of the reference's pipeline, through decoder, processor, tokenizer, engine
/// and post-processing.
@Suite struct PipelineTests {
    @Test(arguments: FixtureTests.names)
    func `answers equal the reference's pipeline`(name: String) throws {
        let files = try ModelFiles(folder: Fixtures.path("vision/\(name)"))
        let meta = try #require(try files.json("expected/meta.json"))
        // The masked autoencoder is pretraining: its fixture has no pipeline.
        guard name != "vit_mae" else {
            #expect(meta["task"]?.stringValue == "feature-extraction (pretraining)")
            return
        }
        let stored = try #require(meta["task"]?.stringValue)
        let pipeline = try VisionPipeline(files, task: VisionTask(rawValue: stored), engine: TestEngine.shared)
        let compared = try Self.compare(pipeline, with: files, name)
        #expect(compared > 0)
    }

    @Test(arguments: ["vit", "segformer", "yolos", "glpn", "clip"])
    func `an ONNX repo answers as its checkpoint`(name: String) throws {
        let files = try ModelFiles(folder: Fixtures.path("onnx/\(name)"))
        #expect(!files.hasSafetensors)
        let pipeline = try VisionPipeline(files, engine: TestEngine.shared)
        let compared = try Self.compare(pipeline, with: ModelFiles(folder: Fixtures.path("vision/\(name)")), name)
        #expect(compared > 0)
    }

    @Test func `an ONNX repo without a known class cuts out the foreground`() throws {
        let files = try ModelFiles(folder: Fixtures.path("repos/selfie_segmentation"))
        let error = #expect(throws: HubError.self) { try VisionPipeline(files, engine: TestEngine.shared) }
        #expect(error?.message.contains("task") == true)
        let pipeline = try VisionPipeline(files, fallback: .imageSegmentation, engine: TestEngine.shared)
        let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("vision/_images/astronaut.png")))
        let photo = try ImageDecoder().decode(bytes)
        guard case .segments(let segments) = try pipeline.answer(photo) else {
            Issue.record("no segments")
            return
        }
        let mask = try #require(segments.first?.mask)
        #expect(segments.map(\.label) == ["person"])
        #expect(mask.width == photo.width && mask.height == photo.height)
        // The reference finds 54 % of the picture to be of the person.
        #expect((0.5...0.58).contains(Double(mask.samples.count { $0 > 127 }) / Double(mask.samples.count)))
    }

    @Test func `a real classifier of timm knows a tiger cat`() throws {
        let files = try ModelFiles(folder: Fixtures.path("repos/efficientnet_lite0"))
        let pipeline = try VisionPipeline(files, engine: TestEngine.shared)
        let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("vision/_images/chelsea.png")))
        guard case .labels(let labels) = try pipeline.answer(ImageDecoder().decode(bytes)) else {
            Issue.record("no labels")
            return
        }
        // What the reference's pipeline answers about the same file.
        let expected: [(String, Float)] = [
            ("tiger cat", 0.39455), ("Egyptian cat", 0.35508), ("tabby, tabby cat", 0.16969),
            ("lynx, catamount", 0.01416),
        ]
        for (ours, theirs) in zip(labels, expected) {
            #expect(ours.label == theirs.0)
            #expect(abs(ours.score - theirs.1) < 1e-3)
        }
    }

    @Test func `a task without its parameter says what is missing`() throws {
        let photo = try #require(
            Image(width: 64, height: 64, channels: 3, samples: [UInt8](repeating: 9, count: 12288))
        )
        for (name, missing) in [("clip", "candidate_labels"), ("owlvit", "candidate_labels"), ("vilt_vqa", "question")]
        {
            let files = try ModelFiles(folder: Fixtures.path("vision/\(name)"))
            let pipeline = try VisionPipeline(files, engine: TestEngine.shared)
            let error = #expect(throws: HubError.self) { try pipeline.answer(photo) }
            #expect(error?.code == .badRequest)
            #expect(error?.message.contains(missing) == true)
        }
    }

    /// - Returns: how many answers there are to compare with.
    private static func compare(_ pipeline: VisionPipeline, with files: ModelFiles, _ name: String) throws -> Int {
        let meta = try #require(try files.json("expected/meta.json"))
        var compared = 0
        for (label, entry) in meta["cases"]?.objectValue ?? [:] where files.has("expected/\(label).json") {
            let photo = try #require(entry["images"]?.arrayValue?.first?.stringValue)
            let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("vision/_images/\(photo).png")))
            var parameters = try VisionParameters(json: entry["pipeline_kwargs"])
            parameters.candidateLabels =
                (entry["candidate_labels"] ?? entry["texts"])?.arrayValue?.compactMap(\.stringValue) ?? []
            parameters.question = entry["question"]?.stringValue
            let answer = try pipeline.answer(ImageDecoder().decode(bytes), parameters)
            let expected = try #require(try files.json("expected/\(label).json"))
            try compare(answer, expected, folder: "vision/\(name)/expected", "\(name)/\(label)")
            compared += 1
        }
        return compared
    }

    private static func compare(_ answer: VisionAnswer, _ expected: JSONValue, folder: String, _ context: String) throws
    {
        let items = expected.arrayValue ?? []
        // The reference computes a bfloat16 checkpoint in bfloat16, which has three digits; here it is 32 bits.
        let tolerance = context.hasPrefix("vit_bf16") ? 5e-3 : 1e-3
        func equal(_ scores: [Float?], _ names: [String?], key: String) {
            #expect(scores.count == items.count, "\(context)")
            // In the order of the reference, or of equal scores in any.
            for (index, item) in items.enumerated() where index < scores.count {
                let score = item["score"]?.doubleValue
                #expect(abs(Double(scores[index] ?? -1) - (score ?? -1)) < tolerance, "\(context) \(index)")
                let isTied =
                    items.count { abs(($0["score"]?.doubleValue ?? 9) - (score ?? 0)) < max(1e-4, tolerance - 1e-3) }
                    > 1
                if !isTied || score == nil { #expect(names[index] == item[key]?.stringValue, "\(context) \(index)") }
            }
        }
        switch answer {
        case .labels(let labels): equal(labels.map(\.score), labels.map(\.label), key: "label")
        case .answers(let answers): equal(answers.map(\.score), answers.map(\.answer), key: "answer")
        case .objects(let objects):
            equal(objects.map(\.score), objects.map(\.label), key: "label")
            for (object, item) in zip(objects, items) {
                let box = object.box
                for (ours, key) in [(box.left, "xmin"), (box.top, "ymin"), (box.right, "xmax"), (box.bottom, "ymax")] {
                    #expect(abs(ours - Int(item["box"]?[key]?.intValue ?? -9999)) <= 1, "\(context)")
                }
            }
        case .segments(let segments):
            #expect(segments.map(\.label) == items.map { $0["label"]?.stringValue }, "\(context)")
            for (segment, item) in zip(segments, items) {
                let file = try #require(item["mask"]?["png"]?.stringValue)
                if let score = item["score"]?.doubleValue {
                    #expect(abs((segment.score ?? 9) - score) < 1e-3, "\(context)")
                }
                try compare(segment.mask, "\(folder)/\(file)", by: context.hasPrefix("clipseg") ? 2 : 0, context)
            }
        case .depth(let depth):
            let file = try #require(expected["depth"]?["png"]?.stringValue)
            try compare(depth.picture, "\(folder)/\(file)", by: 2, context)
        case .features(let tensor):
            let ours = FeatureExtraction.json(tensor).flattened
            let theirs = expected.flattened
            #expect(ours.count == theirs.count, "\(context)")
            #expect((zip(ours, theirs).map { abs($0 - $1) }.max() ?? 9) < 1e-4, "\(context)")
        }
    }

    /// At most one pixel in a thousand may differ, by more than `by` levels.
    private static func compare(_ mask: Image, _ path: String, by levels: Int, _ context: String) throws {
        let expected = try ImageDecoder().decode(Data(contentsOf: URL(filePath: Fixtures.path(path))))
        #expect(mask.width == expected.width && mask.height == expected.height, "\(context)")
        let grey = expected.withSamples { samples in stride(from: 0, to: samples.count, by: 3).map { samples[$0] } }
        let different = zip(mask.samples, grey).count { abs(Int($0) - Int($1)) > levels }
        #expect(
            different <= max(1, grey.count / 1000),
            "\(context): \(different) of \(grey.count) pixels differ"
        )
    }
}

extension JSONValue {
    /// All numbers in lists in lists.
    fileprivate var flattened: [Double] { arrayValue.map { $0.flatMap(\.flattened) } ?? doubleValue.map { [$0] } ?? [] }
}
