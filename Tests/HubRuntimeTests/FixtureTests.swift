// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision
import Testing

/// Every architecture against what the reference library computed from the same tensors.
@Suite struct FixtureTests {
    /// Folders of `Fixtures/vision` that hold a checkpoint.
    static let names: [String] = {
        let folders = try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("vision"))
        return (folders ?? []).filter {
            FileManager.default.fileExists(atPath: Fixtures.path("vision/\($0)/expected/meta.json"))
        }.sorted()
    }()

    @Test(arguments: names)
    func `networks compute what the reference computes`(name: String) throws {
        let fixture = try VisionFixture(name)
        let checkpoint = try Checkpoint(fixture.files)
        let any = try fixture.session(checkpoint, fixture.request)
        for example in try fixture.cases() {
            try check(any, example, fixture)
            // Once more, planned for the size of these pictures only.
            var request = fixture.request
            request.imageSize = example.imageSize
            try check(fixture.session(checkpoint, request), example, fixture)
        }
    }

    /// Positions between the learned ones, as the reference has them with `interpolate_pos_encoding`.
    @Test(arguments: ["vit", "deit", "clip", "siglip", "dinov2"])
    func `networks that learned positions take pictures of other sizes`(name: String) throws {
        let fixture = try VisionFixture(name)
        let checkpoint = try Checkpoint(fixture.files)
        let any = try fixture.session(checkpoint, fixture.request)
        let odd = try fixture.cases().filter { $0.name.contains("shapes-") }
        #expect(odd.count == 2)
        for example in odd {
            var request = fixture.request
            request.imageSize = example.imageSize
            for session in [any, try fixture.session(checkpoint, request)] {
                let results = try session.run(example.inputs(for: session))
                for (output, expected) in example.outputs {
                    try fixture.compare(
                        #require(results[output], "\(output)"),
                        expected,
                        "\(name)/\(example.name)/\(output)"
                    )
                }
            }
        }
    }

    private func check(
        _ session: any InferenceSession,
        _ example: VisionFixture.Case,
        _ fixture: VisionFixture
    ) throws {
        // Swin is planned for one size, which need not be this one.
        let size = session.inputs.first { $0.name == "pixel_values" }?.shape.dropFirst(2)
        let sizes = example.inputs["pixel_values"]?.shape.dropFirst(2) ?? []
        if let size, !zip(size, sizes).allSatisfy({ $0.0 == .fixed($0.1) || $0.0.isNamed }) { return }
        let results = try session.run(example.inputs(for: session))
        let expected = example.outputs.filter { !fixture.isDerived($0.key) }
        #expect(Set(expected.keys).subtracting(results.keys) == [], "\(fixture.name)/\(example.name)")
        for (output, expected) in expected {
            guard let result = results[output] else { continue }
            try fixture.compare(result, expected, "\(fixture.name)/\(example.name)/\(output)")
        }
    }

    @Test(arguments: names.filter { ["clip", "siglip"].contains($0) })
    func `the halves of a dual encoder compute what the whole does`(name: String) throws {
        let fixture = try VisionFixture(name)
        let checkpoint = try Checkpoint(fixture.files)
        for (part, state) in [(NetworkRequest.Part.image, "vision"), (.text, "text")] {
            let session = try fixture.session(checkpoint, NetworkRequest(part: part))
            // The case of many shapes holds no states.
            for example in try fixture.cases() where !example.name.contains("shapes") {
                let results = try session.run(example.inputs(for: session))
                let pairs = [
                    ("last_hidden_state", "\(state)_model_output.last_hidden_state"),
                    (part == .image ? "image_embeds" : "text_embeds", part == .image ? "image_embeds" : "text_embeds"),
                ]
                for (ours, theirs) in pairs {
                    let (result, expected) = (try #require(results[ours]), try #require(example.outputs[theirs]))
                    try fixture.compare(result, expected, "\(name)/\(example.name)/\(theirs)")
                }
            }
        }
    }
}

extension TensorPort.Axis {
    fileprivate var isNamed: Bool {
        if case .named = self { return true }
        return false
    }
}
