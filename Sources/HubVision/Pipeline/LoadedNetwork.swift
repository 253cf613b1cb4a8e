// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A network in an engine, wherever its weights came from, and what is known of it.
struct LoadedNetwork {
    let session: any InferenceSession
    /// The class of the network, as in `ViTForImageClassification`; for an ONNX file what the configuration says.
    let architecture: String
    let task: VisionTask
    let configuration: JSONValue
    /// What each input is, by its name.
    let inputs: [String: NetworkInput]
    /// The names that post-processing knows outputs by, where the network has others.
    let aliases: [String: String]
    /// Whether it is of no class of the reference library.
    let isForeign: Bool
    /// The squares that a picture is cut into, where that is known.
    let squares: Int?

    /// - Parameter fallback: the task of a network that does not say its own.
    init(
        _ files: ModelFiles,
        task: VisionTask?,
        fallback: VisionTask?,
        imageSize: PixelSize?,
        engine: any InferenceEngine,
        options: SessionOptions
    ) throws {
        if !files.hasSafetensors, let repo = try ONNXRepo(files) {
            try self.init(repo, task: task, fallback: fallback, engine: engine, options: options)
        } else {
            let size = imageSize.map { NetworkRequest.Size(height: $0.height, width: $0.width) }
            try self.init(
                Checkpoint(files),
                NetworkRequest(task: task, imageSize: size),
                engine: engine,
                options: options
            )
        }
    }

    private init(
        _ checkpoint: Checkpoint,
        _ request: NetworkRequest,
        engine: any InferenceEngine,
        options: SessionOptions
    ) throws {
        let network = try Network(checkpoint, request)
        session = try engine.load(network.graph, options: options)
        architecture = network.architecture
        task = network.task
        configuration = .object(checkpoint.configuration.members)
        inputs = try NetworkInput.all(of: session)
        aliases = [:]
        isForeign = false
        squares = network.squares
    }

    private init(
        _ repo: ONNXRepo,
        task: VisionTask?,
        fallback: VisionTask?,
        engine: any InferenceEngine,
        options: SessionOptions
    ) throws {
        let members = repo.configuration?.members ?? JSONObject()
        let names = members["architectures"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let task = task ?? names.lazy.compactMap(ArchitectureRegistry.task(of:)).first ?? fallback else {
            throw HubError(
                .unsupported,
                names.isEmpty
                    ? "The ONNX model does not say its task: name one, or give its card a pipeline_tag"
                    : "The architecture \(names.joined(separator: ", ")) is not supported"
            )
        }
        session = try engine.load(repo.model(), options: options)
        architecture = names.first ?? "ONNX"
        self.task = task
        configuration = .object(members)
        inputs = try NetworkInput.all(of: session)
        aliases = Self.aliases(session.outputs, task: task)
        isForeign = names.allSatisfy { ArchitectureRegistry.task(of: $0) == nil }
        squares = nil
    }

    /// A network with one output can only mean the one that the task is about.
    private static func aliases(_ outputs: [TensorPort], task: VisionTask) -> [String: String] {
        let main =
            switch task {
            case .depthEstimation: "predicted_depth"
            case .imageFeatureExtraction: "last_hidden_state"
            default: "logits"
            }
        guard outputs.count == 1, let only = outputs.first, only.name != main else { return [:] }
        return [only.name: main]
    }
}

/// What an input of a network is.
enum NetworkInput: String {
    case pixelValues = "pixel_values"
    case pixelMask = "pixel_mask"
    case ids = "input_ids"
    case mask = "attention_mask"
    case types = "token_type_ids"

    /// By name; a network of one input of pictures may call it anything.
    static func all(of session: any InferenceSession) throws(HubError) -> [String: NetworkInput] {
        var roles: [String: NetworkInput] = [:]
        for port in session.inputs {
            if let role = NetworkInput(rawValue: port.name) {
                roles[port.name] = role
            } else if session.inputs.count == 1, port.shape.count == 4 {
                roles[port.name] = .pixelValues
            } else {
                throw HubError(.unsupported, "The model wants an input \(port.name), which is not known")
            }
        }
        return roles
    }
}
