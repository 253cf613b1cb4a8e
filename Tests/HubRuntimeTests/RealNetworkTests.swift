// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision
import Testing

/// Networks that were trained, against what the reference computed with them.
@Suite struct RealNetworkTests {
    private func cases(_ name: String) throws -> [(name: String, inputs: [String: Tensor], outputs: [String: Tensor])] {
        let files = try ModelFiles(folder: Fixtures.path("vision/_real/\(name)"))
        return try files.paths.keys.filter { $0.hasSuffix(".safetensors") }.sorted().map { path in
            var (inputs, outputs): ([String: Tensor], [String: Tensor]) = ([:], [:])
            for stored in try SafetensorsFile(path, in: files).tensors {
                if stored.name.hasPrefix("in.") { inputs[String(stored.name.dropFirst(3))] = try stored.tensor() }
                if stored.name.hasPrefix("out.") { outputs[String(stored.name.dropFirst(4))] = try stored.tensor() }
            }
            return (path, inputs, outputs)
        }
    }

    private func floats(_ tensor: Tensor?) throws -> [Float] {
        let tensor = try #require(tensor)
        return try #require(tensor.withFloats { Array($0) })
    }

    @Test func `the ImageNet classifier knows a cat and a cup`() throws {
        let checkpoint = try Checkpoint(ModelFiles(folder: Fixtures.path("repos/efficientnet_lite0")))
        let session = try TestEngine.shared.load(Network(checkpoint).graph, options: SessionOptions())
        let labels = try #require(checkpoint.configuration.members["label_names"]?.arrayValue)
        var best: [String] = []
        for example in try cases("efficientnet_lite0") {
            let logits = try floats(session.run(example.inputs)["logits"])
            let expected = try floats(example.outputs["logits"])
            let worst = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst < 1e-3, "\(example.name)")
            let top = try #require(logits.indices.max { logits[$0] < logits[$1] })
            best.append(labels[top].stringValue ?? "")
        }
        #expect(best == ["tiger cat", "espresso"])
    }

    @Test func `a pushed ONNX file finds the person`() throws {
        let found = try ONNXRepo(ModelFiles(folder: Fixtures.path("repos/selfie_segmentation")))
        let repo = try #require(found)
        let session = try TestEngine.shared.load(repo.model(), options: SessionOptions())
        let examples = try cases("selfie_segmentation")
        let example = try #require(examples.first)
        let input = try #require(session.inputs.first)
        let output = try #require(session.outputs.first)
        let pixels = try #require(example.inputs["pixel_values"])
        let mask = try floats(session.run([input.name: pixels])[output.name])
        let expected = try floats(example.outputs["mask"])
        let worst = zip(mask, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(mask.count == expected.count && worst < 1e-3)
        #expect((0.4...0.7).contains(Double(mask.count { $0 > 0.5 }) / Double(mask.count)))
    }
}
