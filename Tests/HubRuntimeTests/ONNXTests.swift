// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision
import Testing

/// ONNX files out of strangers' repos.
@Suite struct ONNXTests {
    private func session(_ repo: TestRepo, variant: String? = nil) throws -> any InferenceSession {
        let found = try ONNXRepo(repo.files)
        return try TestEngine.shared.load(try #require(found).model(variant: variant), options: SessionOptions())
    }

    private func refusal(_ repo: TestRepo) -> HubError? {
        do {
            _ = try session(repo)
            return nil
        } catch {
            return error as? HubError
        }
    }

    private var weights: Data { [Float(1), 2, 3, 4].withUnsafeBytes { Data($0) } }

    @Test func `tensors in a file beside the model are found`() throws {
        let repo = try TestRepo()
        try repo.write("onnx/model.onnx", ExternalModel.data(location: "model.onnx_data", offset: 8))
        try repo.write("onnx/model.onnx_data", Data(count: 8) + weights)
        let x = try #require(Tensor([10, 20, 30, 40] as [Float], shape: [4]))
        let y = try session(repo).run(["x": x])["y"]
        #expect(y?.withFloats { Array($0) } == [11, 22, 33, 44])
    }

    @Test func `variants are told apart by name`() throws {
        let repo = try TestRepo()
        for name in ["onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/other.onnx", "onnx/deep/model.onnx"] {
            try repo.write(name, ExternalModel.data(location: "w"))
        }
        try repo.write("onnx/w", weights)
        let found = try #require(try ONNXRepo(repo.files))
        #expect(found.variants == ["": "onnx/model.onnx", "quantized": "onnx/model_quantized.onnx"])
        #expect(try session(repo, variant: "quantized").inputs.map(\.name) == ["x"])
        let error = #expect(throws: HubError.self) { try found.model(variant: "fp16") }
        #expect(error?.code == .notFound)
        #expect(try ONNXRepo(TestRepo().files) == nil)
    }

    @Test func `a file that is not beside the model is missing`() throws {
        let repo = try TestRepo()
        try repo.write("onnx/model.onnx", ExternalModel.data(location: "weights.bin"))
        #expect(refusal(repo)?.message == "The model has no file onnx/weights.bin")
        try repo.write("weights.bin", weights)
        #expect(refusal(repo)?.message == "The model has no file onnx/weights.bin")
    }

    @Test(arguments: ["../w", "/etc/passwd", "a/../../w", "", "./w", "a//w", "..\\w", "*/_ORT_MEM_ADDR_/*"])
    func `a model cannot reach out of its folder`(location: String) throws {
        let repo = try TestRepo()
        try repo.write("w", weights)
        try repo.write("onnx/model.onnx", ExternalModel.data(location: location))
        let error = try #require(refusal(repo))
        #expect(error.code == .unprocessable)
        #expect(error.message.hasPrefix("onnx/model.onnx refers to a file") || error.message.contains("has no file"))
    }

    @Test(arguments: [(0, 32), (12, 16), (1 << 40, 16), (-8, 16), (0, 8)])
    func `a tensor that is not all in its file is refused`(offset: Int, length: Int) throws {
        let repo = try TestRepo()
        try repo.write("onnx/model.onnx", ExternalModel.data(location: "w", offset: offset, length: length))
        try repo.write("onnx/w", weights)
        #expect(refusal(repo)?.code == .unprocessable)
    }

    @Test func `a damaged file is refused or runs, but no more`() throws {
        let repo = try TestRepo()
        let whole = try Data(contentsOf: Fixtures.folder.appending(path: "repos/selfie_segmentation/model.onnx"))
        for count in [1, 2, 10, 100, 1000, 10_000, whole.count / 2, whole.count - 1] {
            try repo.write("model.onnx", whole.prefix(count))
            #expect(refusal(repo)?.code == .unprocessable, "\(count) bytes")
        }
        var random = SplitMix(state: 7)
        for _ in 0..<60 {
            var damaged = whole
            // Structure lies at the front and back; the middle is weights.
            for _ in 0..<4 {
                let place = Int.random(in: 0..<2000, using: &random)
                damaged[Bool.random(using: &random) ? place : damaged.count - 1 - place] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            try repo.write("model.onnx", damaged)
            if let error = refusal(repo) { #expect([.unprocessable, .unsupported].contains(error.code), "\(error)") }
        }
    }
}

/// Numbers that look random and are the same each time.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
