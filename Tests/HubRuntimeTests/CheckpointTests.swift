// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision
import Testing

/// Checkpoints that are not as they should be, and those that are in unusual ways.
@Suite struct CheckpointTests {
    private func refusal(
        _ repo: TestRepo,
        _ request: NetworkRequest = NetworkRequest()
    ) -> HubError? {
        do {
            _ = try repo.network(request)
            return nil
        } catch {
            return error as? HubError
        }
    }

    // MARK: - Tensors

    @Test func `a missing tensor is named`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors { $0.removeAll { $0.name == "vit.encoder.layer.1.output.dense.weight" } }
        let error = try #require(refusal(repo))
        #expect(error.code == .unprocessable)
        #expect(error.message == "The checkpoint lacks tensor vit.encoder.layer.1.output.dense.weight")
    }

    @Test func `a tensor that the architecture has no place for is named`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors { $0.append(.init(name: "vit.extra", dtype: "F32", shape: [1], bytes: Data(count: 4))) }
        let error = try #require(refusal(repo))
        #expect(error.message == "ViTForImageClassification has no place for tensor vit.extra of the checkpoint")
    }

    @Test func `what training and older libraries leave behind is passed over`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors {
            $0.append(.init(name: "vit.embeddings.position_ids", dtype: "I64", shape: [1], bytes: Data(count: 8)))
            $0.append(.init(name: "vit.pooler.dense.bias", dtype: "F32", shape: [1], bytes: Data(count: 4)))
        }
        #expect(refusal(repo) == nil)
    }

    @Test(arguments: [
        ("classifier.bias", [4]), ("vit.encoder.layer.0.intermediate.dense.weight", [64, 16]),
        ("vit.embeddings.cls_token", [1, 1, 16]), ("vit.embeddings.position_embeddings", [1, 16, 32]),
        ("vit.embeddings.patch_embeddings.projection.weight", [32, 3, 16]), ("vit.layernorm.weight", [33]),
    ])
    func `a tensor of another shape is named`(name: String, shape: [Int]) throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors { tensors in
            for index in tensors.indices where tensors[index].name == name {
                tensors[index].shape = shape
                tensors[index].bytes = Data(count: shape.reduce(4, *))
            }
        }
        let error = try #require(refusal(repo))
        #expect(error.code == .unprocessable)
        #expect(error.message.contains("Tensor \(name) has the shape "))
    }

    @Test func `a tensor of whole numbers is no weight`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors { tensors in
            for index in tensors.indices where tensors[index].name == "classifier.bias" { tensors[index].dtype = "I32" }
        }
        #expect(refusal(repo)?.message == "Tensor classifier.bias is of type I32; weights must be floating point")
    }

    // MARK: - Files

    @Test func `a truncated file says so, wherever it ends`() throws {
        let repo = try TestRepo(copying: "vit")
        let whole = try repo.read("model.safetensors")
        for count in [1, 7, 8, 9, 400, 4000, whole.count / 2, whole.count - 1] {
            try repo.write("model.safetensors", whole.prefix(count))
            let error = try #require(refusal(repo), "\(count) bytes")
            #expect(error.code == .unprocessable && error.message.hasPrefix("model.safetensors: "), "\(error)")
        }
        try repo.write("model.safetensors", Data())
        #expect(refusal(repo)?.message == "The file model.safetensors is empty")
    }

    @Test(arguments: [
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            "b"
        ),
        (#"{"big":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}"#, "big"),
        (#"{"odd":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, "odd"),
        (#"{"less":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "less"),
        (#"{"huge":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, "huge"),
        (#"{"back":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "back"),
    ])
    func `a header that lies is refused by the tensor's name`(header: String, name: String) throws {
        let repo = try TestRepo(copying: "vit")
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        try repo.write("model.safetensors", length + Data(header.utf8) + Data(count: 8))
        let error = try #require(refusal(repo))
        #expect(error.code == .unprocessable && error.message.contains("tensor \(name) "), "\(error)")
    }

    @Test func `weights may lie in several files, and at any byte`() throws {
        let repo = try TestRepo(copying: "vit")
        let whole = try repo.network()
        let tensors = try repo.tensors()
        let half = tensors.count / 2
        // Three spaces put all that follows between the multiples of four.
        try repo.write(Array(tensors[..<half]), to: "model-00001-of-00002.safetensors", padding: 3)
        try repo.write(Array(tensors[half...]), to: "model-00002-of-00002.safetensors", padding: 2)
        var map = JSONObject()
        for (index, tensor) in tensors.enumerated() {
            map[tensor.name] = .string("model-0000\(index < half ? 1 : 2)-of-00002.safetensors")
        }
        try FileManager.default.removeItem(at: repo.url.appending(path: "model.safetensors"))
        try repo.write(
            "model.safetensors.index.json",
            Data(JSONValue.object(["weight_map": .object(map)]).serialized.utf8)
        )

        let fixture = try VisionFixture("vit")
        let example = try #require(fixture.cases().first)
        let results = try [whole, repo.network()].map { network in
            let session = try TestEngine.shared.load(network.graph, options: SessionOptions())
            return try #require(session.run(example.inputs(for: session))["logits"]?.withFloats { Array($0) })
        }
        #expect(results[0] == results[1])

        map[tensors[0].name] = "model-00002-of-00002.safetensors"
        try repo.write(
            "model.safetensors.index.json",
            Data(JSONValue.object(["weight_map": .object(map)]).serialized.utf8)
        )
        #expect(refusal(repo)?.message.contains("places tensor \(tensors[0].name) in model-00002") == true)
        try FileManager.default.removeItem(at: repo.url.appending(path: "model-00001-of-00002.safetensors"))
        #expect(refusal(repo)?.message == "The model has no file model-00001-of-00002.safetensors")
    }

    @Test func `half precision gives what single precision gives, about`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.changeTensors { tensors in
            for index in tensors.indices {
                let floats = tensors[index].bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
                tensors[index].dtype = "F16"
                tensors[index].bytes = floats.map { $0.halfBits }.withUnsafeBytes { Data($0) }
            }
        }
        let session = try TestEngine.shared.load(repo.network().graph, options: SessionOptions())
        for example in try VisionFixture("vit").cases() where example.outputs["logits"] != nil {
            let logits = try #require(session.run(example.inputs(for: session))["logits"]?.withFloats { Array($0) })
            let expected = try #require(example.outputs["logits"]?.withFloats { Array($0) })
            #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 0.02 })
        }
    }

    @Test func `without weights that can be run it is told which can`() throws {
        let repo = try TestRepo()
        #expect(refusal(repo)?.code == .unsupported)
        try repo.write("config.json", Data(#"{"architectures":["ViTModel"]}"#.utf8))
        try repo.write("pytorch_model.bin", Data("PK".utf8))
        #expect(refusal(repo)?.message.contains("only weights in the safetensors format") == true)
    }

    // MARK: - Configuration

    @Test func `an architecture that is not known is named`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.configure { $0["architectures"] = ["LlamaForCausalLM"] }
        let error = try #require(refusal(repo))
        #expect(error.code == .unsupported && error.message == "The architecture LlamaForCausalLM is not supported")
        try repo.configure { $0 = ["architecture": "nfnet_f0"] }
        #expect(refusal(repo)?.message == "The architecture nfnet_f0 of timm is not supported")
    }

    @Test func `a task that the network is not for is told`() throws {
        let repo = try TestRepo(copying: "vit")
        let error = try #require(refusal(repo, NetworkRequest(task: .depthEstimation)))
        #expect(error.message == "ViTForImageClassification is for image-classification, not for depth-estimation")
    }

    @Test func `a classifier's checkpoint gives features too`() throws {
        let network = try TestRepo(copying: "vit").network(NetworkRequest(task: .imageFeatureExtraction))
        #expect(network.architecture == "ViTModel")
        #expect(network.graph.outputs.map(\.name) == ["last_hidden_state"])
    }

    @Test(arguments: [
        ("num_attention_heads", JSONValue.int(0)), ("num_hidden_layers", "two"), ("image_size", .array([64, 64, 64])),
        ("layer_norm_eps", "small"), ("num_channels", .double(2.5)), ("hidden_act", .int(1)),
    ])
    func `a wrong key is named`(key: String, value: JSONValue) throws {
        let repo = try TestRepo(copying: "vit")
        try repo.configure { $0[key] = value }
        let error = try #require(refusal(repo))
        #expect(error.code == .unprocessable && error.message.hasPrefix("config.json: \(key) must be "), "\(error)")
    }

    @Test func `a configuration that is no JSON is told where`() throws {
        let repo = try TestRepo(copying: "vit")
        try repo.write("config.json", Data(#"{"architectures": ["ViT""#.utf8))
        #expect(refusal(repo)?.message == "config.json is no JSON: unexpected end of input at byte 24")
    }

    /// Whatever numbers a stranger writes, the answer is a network or an error.
    @Test(arguments: FixtureTests.names)
    func `no configuration makes it crash`(name: String) throws {
        let repo = try TestRepo(copying: name)
        let original = try JSONValue(parsing: repo.read("config.json"))
        let checkpoint = try Checkpoint(repo.files)
        for variant in Self.variants(original) {
            guard let members = variant.objectValue else { continue }
            try repo.write("config.json", Data(JSONValue.object(members).serialized.utf8))
            do {
                let changed = try Checkpoint(repo.files)
                _ = try Network(changed)
            } catch {
                #expect(error is HubError, "\(error)")
            }
        }
        #expect(checkpoint.tensors.isEmpty == false)
    }

    /// The value with one number, text or list in it changed, in many ways.
    private static func variants(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .object(let members):
            members.filter { !["id2label", "label2id", "label_names"].contains($0.key) }.flatMap { key, member in
                variants(member).map { changed in
                    var copy = members
                    copy[key] = changed
                    return .object(copy)
                } + [.object(members.without(key))]
            }
        case .array(let items):
            [.array([]), .array(items + items)]
                + items.indices.prefix(1).flatMap { index in
                    variants(items[index]).map { changed in
                        var copy = items
                        copy[index] = changed
                        return .array(copy)
                    }
                }
        case .int, .double: [0, -1, 3, 1_048_576, .int(.max), .double(1e300), "x"]
        case .string: [.int(3)]
        case .bool(let flag): [.bool(!flag)]
        case .null: []
        }
    }
}

extension JSONObject {
    fileprivate func without(_ key: String) -> JSONObject {
        var copy = self
        copy[key] = nil
        return copy
    }
}

extension Float {
    /// The nearest half's bits, for numbers of ordinary size.
    fileprivate var halfBits: UInt16 {
        let bits = bitPattern
        let sign = UInt16(bits >> 16) & 0x8000
        let exponent = Int(bits >> 23 & 0xFF) - 112
        guard exponent > 0 else { return sign }
        let rounded = (UInt32(exponent) << 23 | bits & 0x7F_FFFF) + 0x1000
        return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }
}
