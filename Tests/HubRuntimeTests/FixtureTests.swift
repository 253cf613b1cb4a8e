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
        let network = try Network(checkpoint, fixture.request)
        let session = try TestEngine.shared.load(network.graph, options: network.options)
        for example in try fixture.cases() {
            let results = try session.run(example.inputs(for: session))
            let expected = example.outputs.filter { !fixture.isDerived($0.key) }
            #expect(Set(expected.keys).subtracting(results.keys) == [], "\(name)/\(example.name)")
            for (output, expected) in expected {
                guard let result = results[output] else { continue }
                try fixture.compare(result, expected, "\(name)/\(example.name)/\(output)")
            }
        }
    }

    @Test(arguments: names.filter { ["clip", "siglip"].contains($0) })
    func `the halves of a dual encoder compute what the whole does`(name: String) throws {
        let fixture = try VisionFixture(name)
        let checkpoint = try Checkpoint(fixture.files)
        for (part, state) in [(NetworkRequest.Part.image, "vision"), (.text, "text")] {
            let network = try Network(checkpoint, NetworkRequest(part: part))
            let session = try TestEngine.shared.load(network.graph, options: network.options)
            for example in try fixture.cases() {
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
