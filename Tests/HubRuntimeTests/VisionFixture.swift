// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubRuntime
import HubVision
import Testing

/// A tiny checkpoint and what the reference library computed with it.
struct VisionFixture {
    struct Case {
        let name: String
        let inputs: [String: Tensor]
        let outputs: [String: Tensor]

        /// The size of the pictures, padding included.
        var imageSize: NetworkRequest.Size? {
            guard let shape = inputs["pixel_values"]?.shape, shape.count == 4 else { return nil }
            return NetworkRequest.Size(height: shape[2], width: shape[3])
        }

        /// What a session takes, in the types that it takes.
        func inputs(for session: any InferenceSession) -> [String: Tensor] {
            var given: [String: Tensor] = [:]
            for port in session.inputs {
                let tensor = inputs[port.name]
                given[port.name] = port.type == .float32 ? tensor?.asFloat32() : tensor
            }
            return given
        }
    }

    let name: String
    let files: ModelFiles
    private let meta: JSONValue

    init(_ name: String) throws {
        self.name = name
        files = try ModelFiles(folder: Fixtures.path("vision/\(name)"))
        meta = try #require(try files.json("expected/meta.json"))
    }

    var request: NetworkRequest {
        NetworkRequest(part: name == "vit_mae" ? .reconstruction : .joint)
    }

    /// A network of the checkpoint, loaded.
    func session(_ checkpoint: Checkpoint, _ request: NetworkRequest) throws -> any InferenceSession {
        let network = try Network(checkpoint, request)
        return try TestEngine.shared.load(network.graph, options: SessionOptions())
    }

    func cases() throws -> [Case] {
        try files.paths.keys.filter {
            $0.hasPrefix("expected/") && $0.hasSuffix(".safetensors") && !$0.contains(".pil.")
        }
        .sorted().map { path in
            var (inputs, outputs): ([String: Tensor], [String: Tensor]) = ([:], [:])
            for stored in try SafetensorsFile(path, in: files).tensors {
                if stored.name.hasPrefix("in.") {
                    inputs[String(stored.name.dropFirst(3))] = try stored.tensor()
                } else if stored.name.hasPrefix("out.") {
                    outputs[String(stored.name.dropFirst(4))] = try stored.tensor()
                }
            }
            return Case(name: path, inputs: inputs, outputs: outputs)
        }
    }

    /// Whether an output is made from others after the network, or is one of a part of it.
    func isDerived(_ output: String) -> Bool {
        ["predicted_depth_resized", "semantic_map", "loss"].contains(output) || output.contains("_model_output.")
    }

    /// Differences in rounding are allowed, in proportion to the numbers and to how the network amplifies them.
    func compare(_ result: Tensor, _ expected: Tensor, _ what: String) throws {
        #expect(result.shape == expected.shape, "\(what)")
        let (got, wanted) = (try floats(result), try floats(expected))
        let mean = wanted.reduce(0, +) / Double(max(wanted.count, 1))
        let deviation = (wanted.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(wanted.count, 1)))
            .squareRoot()
        let sensitive = (meta["sensitivity"]?.doubleValue ?? 0) > 400
        // What was computed with numbers of eight bits is known to no more than that.
        let coarse = expected.type == .bfloat16
        let tolerance = 1e-4 * max(1, deviation) * (sensitive ? 10 : 1) * (coarse ? 600 : 1)
        let worst = zip(got, wanted).map { abs($0 - $1) }.max() ?? 0
        #expect(got.count == wanted.count && worst <= tolerance, "\(what): off by \(worst), allowed \(tolerance)")
    }

    private func floats(_ tensor: Tensor) throws -> [Double] {
        if let integers = tensor.withIntegers({ $0.map { Double($0) } }) { return integers }
        return try #require(tensor.asFloat32()?.withFloats { $0.map { Double($0) } })
    }
}
