// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

@Suite struct VisionParametersTests {
    @Test func `all members are read by the Hub's names`() throws {
        let parameters = try VisionParameters(json: [
            "top_k": 3, "function_to_apply": "sigmoid", "threshold": 0.25, "subtask": "instance", "mask_threshold": 0.1,
            "overlap_mask_area_threshold": 0.7, "candidate_labels": ["a cat", "b"], "hypothesis_template": "see {}",
            "question": "what?", "pool": true, "something_new": [1],
        ])
        #expect(parameters.topK == 3)
        #expect(parameters.function == .sigmoid)
        #expect(parameters.threshold == 0.25)
        #expect(parameters.subtask == .instance)
        #expect(parameters.maskThreshold == 0.1)
        #expect(parameters.overlapThreshold == 0.7)
        #expect(parameters.candidateLabels == ["a cat", "b"])
        #expect(parameters.hypothesisTemplate == "see {}")
        #expect(parameters.question == "what?")
        #expect(parameters.isPooled)
        #expect(try VisionParameters(json: nil) == VisionParameters())
        #expect(try VisionParameters(json: ["top_k": nil, "threshold": nil]) == VisionParameters())
    }

    @Test func `labels may be one text with commas`() throws {
        let parameters = try VisionParameters(json: ["candidate_labels": " cat,  a dog ,,"])
        #expect(parameters.candidateLabels == ["cat", "a dog"])
    }

    static let wrong: [(JSONValue, String)] = [
        (["top_k": 0], "top_k"), (["top_k": "many"], "top_k"),
        (["function_to_apply": "tanh"], "softmax, sigmoid or none"),
        (["subtask": "all"], "semantic, instance or panoptic"), (["threshold": "high"], "threshold"),
        (["candidate_labels": [1]], "candidate_labels"), (["candidate_labels": 5], "candidate_labels"),
        (["pool": "yes"], "pool"), ([1], "must be an object"), (["question": 1], "question"),
    ]

    @Test(arguments: wrong)
    func `a member that makes no sense is named`(_ json: JSONValue, _ name: String) throws {
        let error = #expect(throws: HubError.self) { try VisionParameters(json: json) }
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains(name) == true)
    }

    @Test(arguments: ["vilt_vqa", "clip", "siglip", "owlvit"])
    func `a repo's tokenizer is found, new or old`(_ name: String) throws {
        let files = try ModelFiles(folder: "\(Fixture.folder)/\(name)")
        let new = try Tokenizer(files)
        var paths = files.paths
        paths["tokenizer.json"] = nil
        let text = "a photo of a cat"
        guard name != "siglip" else {
            let error = #expect(throws: HubError.self) { try Tokenizer(ModelFiles(paths: paths)) }
            #expect(error?.code == .unsupported)
            return
        }
        #expect(try Tokenizer(ModelFiles(paths: paths)).encode(text) == new.encode(text))
    }

    @Test(arguments: [
        ("vit", PixelSize(square: 64)), ("clip", PixelSize(square: 64)), ("convnext", PixelSize(square: 96)),
        ("detr", nil), ("glpn", nil), ("depth_anything", nil), ("dpt", PixelSize(square: 64)), ("vilt_vqa", nil),
        ("timm_resnet", PixelSize(square: 96)),
    ])
    func `a processor knows whether its size is always the same`(_ name: String, _ size: PixelSize?) throws {
        #expect(try PixelValueTests.processor(name).settings.fixedSize == size)
    }
}
