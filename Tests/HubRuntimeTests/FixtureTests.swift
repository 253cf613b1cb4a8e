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
        let network = try Network(Checkpoint(fixture.files), fixture.request)
        let session = try TestEngine.shared.load(network.graph, options: network.options)
        for example in try fixture.cases() {
            let given = example.inputs.filter { input in session.inputs.contains { $0.name == input.key } }
            let results = try session.run(given)
            var compared = 0
            for (output, expected) in example.outputs {
                guard let result = results[output] else { continue }
                compared += 1
                try fixture.compare(result, expected, "\(name)/\(example.name)/\(output)")
            }
            #expect(compared == example.outputs.count - fixture.derived(example), "\(name)/\(example.name)")
        }
    }
}
