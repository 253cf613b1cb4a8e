// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

/// From stored network outputs to the JSON that the reference library's pipelines gave.
@Suite struct AnswerTests {
    /// The outputs of one case, under the names that a network gives them.
    static func outputs(_ name: String, _ label: String) throws -> NetworkOutputs {
        var tensors: [String: Tensor] = [:]
        for (key, tensor) in try Fixture.tensors("\(name)/expected/\(label).safetensors") where key.hasPrefix("out.") {
            tensors[String(key.dropFirst(4))] = tensor
        }
        return NetworkOutputs(tensors)
    }

    static func size(_ photo: String) throws -> PixelSize {
        let image = try Fixture.photo(photo)
        return PixelSize(height: image.height, width: image.width)
    }

    static func photo(_ meta: JSONValue) throws -> String {
        try #require(meta["images"]?.arrayValue?.first?.stringValue)
    }

    static func expectEqual(_ answer: [JSONValue], _ expected: JSONValue, key: String, _ context: String) {
        let expected = expected.arrayValue ?? []
        #expect(answer.count == expected.count, "\(context)")
        for (ours, theirs) in zip(answer, expected) {
            #expect(ours[key] == theirs[key], "\(context)")
            let difference = abs((ours["score"]?.doubleValue ?? 9) - (theirs["score"]?.doubleValue ?? -9))
            #expect(difference < 1e-6, "\(context)")
            #expect(ours["box"] == theirs["box"], "\(context)")
            #expect(Set(ours.objectValue?.keys ?? []) == Set(theirs.objectValue?.keys ?? []))
        }
    }

    @Test(arguments: [
        "beit", "convnext", "convnextv2", "deit", "dinov2", "mobilenet_v2", "regnet", "resnet",
        "resnet18_basic_multilabel", "swin", "timm_efficientnet", "timm_resnet", "timm_vit", "vit", "vit_bf16",
    ])
    func `classes equal the pipeline's`(_ name: String) throws {
        let configuration = try Fixture.json("\(name)/config.json")
        let labels = LabelNames(configuration: configuration)
        #expect(labels.count == 8)
        for label in try Fixture.cases(name).keys {
            let task = ImageClassification(
                labels: labels,
                function: .init(configuration: configuration, count: labels.count ?? 0)
            )
            let answer = try task.answer(Self.outputs(name, label))
            try Self.expectEqual(answer.map(\.json), Fixture.json("\(name)/expected/\(label).json"), key: "label", name)
        }
    }

    @Test func `as many classes as asked for, by the function asked for`() throws {
        let outputs = NetworkOutputs(["logits": try #require(Tensor([1, 3, 2, Float(0)], shape: [2, 2]))], item: 1)
        let labels = LabelNames(["a", "b"])
        let none = try ImageClassification(labels: labels, function: .none, topK: 1).answer(outputs)
        #expect(none == [ScoredLabel(label: "a", score: 2)])
        let sigmoid = try ImageClassification(labels: labels, function: .sigmoid, topK: 100).answer(outputs)
        #expect(sigmoid.map(\.label) == ["a", "b"])
        #expect(sigmoid.last?.score == 0.5)
        #expect(try ImageClassification(labels: labels, topK: 0).answer(outputs).isEmpty)
    }

    @Test(arguments: ["clip", "siglip"])
    func `zero-shot classes equal the pipeline's`(_ name: String) throws {
        for (label, meta) in try Fixture.cases(name) {
            let candidates = (meta["candidate_labels"]?.arrayValue ?? []).compactMap(\.stringValue)
            let task = ZeroShotClassification(candidates: candidates, isIndependent: name == "siglip")
            let answer = try task.answer(Self.outputs(name, label))
            try Self.expectEqual(answer.map(\.json), Fixture.json("\(name)/expected/\(label).json"), key: "label", name)
        }
        #expect(ZeroShotClassification.sentence("cat") == "This is a photo of cat.")
        #expect(ZeroShotClassification.sentence("cat", template: "no place") == "no place")
    }

    @Test func `answers to questions equal the pipeline's`() throws {
        let task = QuestionAnswering(labels: LabelNames(configuration: try Fixture.json("vilt_vqa/config.json")))
        for label in try Fixture.cases("vilt_vqa").keys {
            let answer = try task.answer(Self.outputs("vilt_vqa", label))
            let expected = try Fixture.json("vilt_vqa/expected/\(label).json")
            // Answers of equal score stand in any order.
            #expect(answer.count == 5)
            #expect(answer.first?.answer == expected.arrayValue?.first?["answer"]?.stringValue)
            for (ours, theirs) in zip(answer, expected.arrayValue ?? []) {
                #expect(abs(Double(ours.score) - (theirs["score"]?.doubleValue ?? 9)) < 1e-6)
            }
        }
    }

    @Test(arguments: ["conditional_detr", "detr", "detr_timm", "table_transformer", "yolos"])
    func `things and their boxes equal the pipeline's`(_ name: String) throws {
        let configuration = try Fixture.json("\(name)/config.json")
        let task = ObjectDetection(
            labels: LabelNames(configuration: configuration),
            scoring: .init(modelType: configuration["model_type"]?.stringValue ?? "")
        )
        for (label, meta) in try Fixture.cases(name) {
            let answer = try task.answer(Self.outputs(name, label), size: Self.size(Self.photo(meta)))
            try Self.expectEqual(answer.map(\.json), Fixture.json("\(name)/expected/\(label).json"), key: "label", name)
        }
    }

    @Test func `things found by text equal the pipeline's`() throws {
        for (label, meta) in try Fixture.cases("owlvit") {
            // The stored outputs are those for one of the labels.
            let text = try #require(meta["tensors_are_for_label"]?.stringValue)
            let answer = try ZeroShotDetection().answer(
                Self.outputs("owlvit", label),
                candidates: [text],
                size: Self.size(Self.photo(meta))
            )
            let expected = try Fixture.json("owlvit/expected/\(label).json").arrayValue ?? []
            let ofText = JSONValue.array(expected.filter { $0["label"]?.stringValue == text })
            Self.expectEqual(answer.map(\.json), ofText, key: "label", label)
        }
    }

    @Test func `several texts at once are ranked together`() throws {
        let logits = try #require(Tensor([2, -5, 1, Float(3)], shape: [1, 2, 2]))
        let boxes = try #require(Tensor([0.5, 0.5, 1, 1, 0.25, 0.5, 0.5, Float(0.5)], shape: [1, 2, 4]))
        let outputs = NetworkOutputs(["logits": logits, "pred_boxes": boxes])
        let size = PixelSize(height: 100, width: 200)
        let all = try ZeroShotDetection().answer(outputs, candidates: ["a", "b"], size: size)
        #expect(all.map(\.label) == ["b", "a", "a"])
        #expect(all.first?.box == .init(left: 0, top: 25, right: 100, bottom: 75))
        #expect(try ZeroShotDetection(topK: 1).answer(outputs, candidates: ["a", "b"], size: size).count == 1)
        let square = try ZeroShotDetection(isPaddedToSquare: true).answer(outputs, candidates: ["a", "b"], size: size)
        #expect(square.first?.box == .init(left: 0, top: 50, right: 100, bottom: 150))
        #expect(throws: HubError.self) { try ZeroShotDetection().answer(outputs, candidates: ["a"], size: size) }
    }

    @Test func `things found by a picture equal the reference's`() throws {
        for golden in try Fixture.json("_answers/answers.json")["guided"]?.arrayValue ?? [] {
            let photo = try #require(golden["photo"]?.stringValue)
            var tensors = try Self.outputs("owlvit", photo).tensors
            tensors["target_pred_boxes"] = tensors["pred_boxes"]
            let found = try ZeroShotDetection(threshold: Float(golden["threshold"]?.doubleValue ?? 0)).answer(
                imageGuided: NetworkOutputs(tensors),
                overlap: Float(golden["nms"]?.doubleValue ?? 0),
                size: Self.size(photo)
            )
            let expected = golden["found"]?.arrayValue ?? []
            #expect(found.count == expected.count)
            for (ours, theirs) in zip(found, expected) {
                #expect(abs(Double(ours.score) - (theirs["score"]?.doubleValue ?? 9)) < 1e-5)
                let box = (theirs["box"]?.arrayValue ?? []).compactMap(\.intValue).map(Int.init)
                #expect([ours.box.left, ours.box.top, ours.box.right, ours.box.bottom] == box)
            }
        }
    }

    // MARK: - Masks

    static func expectEqual(_ mask: Image, _ path: String, differing: Double = 0.001, by: Int = 0) throws {
        let expected = try ImageDecoder().decode(Fixture.bytes(path))
        #expect(mask.width == expected.width && mask.height == expected.height)
        // The expected one is decoded as RGB.
        let grey = expected.withSamples { samples in stride(from: 0, to: samples.count, by: 3).map { samples[$0] } }
        let different = zip(mask.samples, grey).count { abs(Int($0) - Int($1)) > by }
        #expect(Double(different) <= differing * Double(grey.count), "\(path): \(different) of \(grey.count) differ")
    }

    @Test(arguments: ["detr_panoptic", "dpt_segmentation", "maskformer_swin", "segformer", "upernet_convnext"])
    func `segments equal the pipeline's`(_ name: String) throws {
        let configuration = try Fixture.json("\(name)/config.json")
        let task = ImageSegmentation(
            labels: LabelNames(configuration: configuration),
            family: .init(modelType: configuration["model_type"]?.stringValue ?? "")
        )
        for (label, meta) in try Fixture.cases(name) {
            let segments = try task.answer(Self.outputs(name, label), size: Self.size(Self.photo(meta)))
            let expected = try Fixture.json("\(name)/expected/\(label).json").arrayValue ?? []
            #expect(segments.map(\.label) == expected.map { $0["label"]?.stringValue })
            for (segment, expected) in zip(segments, expected) {
                if let score = expected["score"]?.doubleValue {
                    #expect(abs((segment.score ?? 9) - score) < 2e-6)
                } else {
                    #expect(segment.score == nil)
                }
                let file = try #require(expected["mask"]?["png"]?.stringValue)
                try Self.expectEqual(segment.mask, "\(name)/expected/\(file)")
                let json = try segment.json()
                let bytes = try #require(Base64.decode((json["mask"]?.stringValue ?? "").utf8))
                #expect(try ImageDecoder().decode(bytes).width == segment.mask.width)
            }
        }
    }

    @Test func `segments of every subtask equal the reference's`() throws {
        let goldens = try Fixture.json("_answers/answers.json")["segmentation"]?.arrayValue ?? []
        #expect(goldens.count == 22)
        for golden in goldens {
            let name = try #require(golden["fixture"]?.stringValue)
            let photo = try #require(golden["photo"]?.stringValue)
            let configuration = try Fixture.json("\(name)/config.json")
            let task = ImageSegmentation(
                labels: LabelNames(configuration: configuration),
                family: .init(modelType: configuration["model_type"]?.stringValue ?? ""),
                subtask: golden["subtask"]?.stringValue.flatMap(ImageSegmentation.Subtask.init(rawValue:)),
                threshold: Float(golden["threshold"]?.doubleValue ?? 0.9),
                maskThreshold: Float(golden["mask_threshold"]?.doubleValue ?? 0.5),
                overlapThreshold: Float(golden["overlap_mask_area_threshold"]?.doubleValue ?? 0.5)
            )
            let segments = try task.answer(Self.outputs(name, photo), size: Self.size(photo))
            let expected = golden["segments"]?.arrayValue ?? []
            #expect(
                segments.map(\.label) == expected.map { $0["label"]?.stringValue },
                "\(name) \(photo) \(golden["subtask"]?.stringValue ?? "")"
            )
            for (segment, expected) in zip(segments, expected) {
                #expect(abs((segment.score ?? 0) - (expected["score"]?.doubleValue ?? 0)) < 2e-6)
                let file = try #require(expected["mask"]?.stringValue)
                try Self.expectEqual(segment.mask, "_answers/\(file)")
            }
        }
    }

    @Test func `a subtask that the model does not offer is refused`() throws {
        let task = ImageSegmentation(labels: LabelNames([]), family: .semantic, subtask: .panoptic)
        let error = #expect(throws: HubError.self) {
            try task.answer(NetworkOutputs([:]), size: PixelSize(square: 4))
        }
        #expect(error?.code == .badRequest)
        let missing = #expect(throws: HubError.self) {
            try ImageSegmentation(labels: LabelNames([]), family: .detr).answer(
                NetworkOutputs([:]),
                size: PixelSize(square: 4)
            )
        }
        #expect(missing?.message.contains("no output logits") == true)
    }

    @Test func `masks by texts equal the reference's`() throws {
        for (label, meta) in try Fixture.cases("clipseg") {
            let texts = (meta["texts"]?.arrayValue ?? []).compactMap(\.stringValue)
            let segments = try ZeroShotSegmentation(candidates: texts).answer(
                Self.outputs("clipseg", label).tensors,
                size: Self.size(Self.photo(meta))
            )
            let expected = try Fixture.json("clipseg/expected/\(label).json").arrayValue ?? []
            #expect(segments.count == expected.count)
            for (segment, expected) in zip(segments, expected) {
                #expect(segment.label == expected["label"]?.stringValue)
                #expect(abs((segment.score ?? 9) - (expected["score"]?.doubleValue ?? 0)) < 1e-5)
                let file = try #require(expected["mask"]?["png"]?.stringValue)
                try Self.expectEqual(segment.mask, "clipseg/expected/\(file)", by: 1)
            }
        }
    }

    // MARK: - Depth and features

    @Test(arguments: ["depth_anything", "dpt", "dpt_hybrid", "glpn"])
    func `depth equals the pipeline's`(_ name: String) throws {
        for (label, meta) in try Fixture.cases(name) {
            let outputs = try Self.outputs(name, label)
            let answer = try DepthEstimation().answer(outputs, size: Self.size(Self.photo(meta)))
            let resized = try #require(outputs.tensors["predicted_depth_resized"])
            #expect(answer.depth.shape == resized.shape)
            let differences = zip(answer.depth.floats, resized.floats).map { abs($0 - $1) }
            let range = (resized.floats.max() ?? 0) - (resized.floats.min() ?? 0)
            #expect((differences.max() ?? 9) < 1e-4 * max(1, range))
            let file = try #require(
                try Fixture.json("\(name)/expected/\(label).json")["depth"]?["png"]?.stringValue
            )
            try Self.expectEqual(answer.picture, "\(name)/expected/\(file)", by: 1)
        }
    }

    @Test func `a flat depth is black`() throws {
        let flat = try #require(Tensor([Float](repeating: 3, count: 4), shape: [1, 2, 2]))
        let answer = try DepthEstimation().answer(
            NetworkOutputs(["predicted_depth": flat]),
            size: PixelSize(square: 2)
        )
        #expect(answer.picture.samples == [0, 0, 0, 0])
    }

    @Test func `features equal the pipeline's`() throws {
        for label in try Fixture.cases("vit_features").keys {
            let features = try FeatureExtraction(isPooled: true).answer(Self.outputs("vit_features", label))
            let json = FeatureExtraction.json(features)
            #expect(json == (try Fixture.json("vit_features/expected/\(label).json")))
            let patches = try FeatureExtraction().answer(Self.outputs("vit_features", label))
            #expect(patches.shape == [1, 17, 32])
        }
        let error = #expect(throws: HubError.self) {
            try FeatureExtraction(isPooled: true).answer(Self.outputs("vit", "coffee"))
        }
        #expect(error?.code == .badRequest)
    }

    // MARK: - Names

    @Test func `timm networks of a thousand classes carry ImageNet's names`() {
        let labels = LabelNames(configuration: ["architecture": "resnet50", "num_classes": 1000, "pretrained_cfg": [:]])
        #expect(labels.count == 1000)
        #expect(labels[0] == "tench, Tinca tinca")
        #expect(labels[282] == "tiger cat")
        let unnamed = LabelNames(configuration: ["model_type": "vit"])
        #expect(unnamed.count == 2)
        #expect(unnamed[1] == "LABEL_1")
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `base64 goes there and back`(_ text: String) {
        let encodings = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
            "foobar": "Zm9vYmFy",
        ]
        let encoded = Base64.encode(Array(text.utf8))
        #expect(encoded == encodings[text])
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
        #expect(Base64.decode("Zm9*".utf8) == nil)
    }
}
