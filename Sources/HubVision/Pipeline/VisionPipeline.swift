// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A model repo, loaded: from a picture to an answer.
///
/// Loading and answering block and compute; they belong on threads of their own.
public struct VisionPipeline: Sendable {
    public let task: VisionTask
    /// The class of the network, as in `ViTForImageClassification`.
    public let architecture: String
    public let labels: LabelNames

    /// The most questions that are answered in one run; 1 where it would take as long as one after the other.
    public let batchSize: Int

    let session: any InferenceSession
    private let processor: ImageProcessor
    private let tokenizer: Tokenizer?
    private let configuration: JSONValue
    private let modelType: String
    private let roles: [String: NetworkInput]
    private let aliases: [String: String]
    private let isForeign: Bool
    private let queries: PictureQueries

    /// Loads a checkpoint, or the ONNX file of a repo without one, for a task, by default the one of its class.
    ///
    /// - Parameter fallback: the task of an ONNX file whose configuration says none.
    ///
    /// Throws `HubError`: `unsupported` for what is not known, `unprocessable` for files that do not fit together; the
    /// message names the file, key or tensor.
    public init(
        _ files: ModelFiles,
        task: VisionTask? = nil,
        fallback: VisionTask? = nil,
        engine: any InferenceEngine,
        threads: Int = 1
    ) throws {
        processor = try ImageProcessor(files)
        var options = SessionOptions()
        options.threads = threads
        let network = try LoadedNetwork(
            files,
            task: task,
            fallback: fallback,
            imageSize: processor.settings.fixedSize,
            engine: engine,
            options: options
        )
        self.task = network.task
        architecture = network.architecture
        configuration = network.configuration
        modelType = configuration["model_type"]?.stringValue ?? ""
        labels = LabelNames(configuration: configuration)
        session = network.session
        batchSize = Self.batchSize(network.task, squares: network.squares)
        (roles, aliases, isForeign) = (network.inputs, network.aliases, network.isForeign)
        let (task, size) = (network.task, processor.settings.fixedSize)
        let settings = options
        queries = PictureQueries { part in
            guard files.hasSafetensors else {
                throw HubError(.unsupported, "ONNX models cannot be asked with a picture")
            }
            let imageSize = size.map { NetworkRequest.Size(height: $0.height, width: $0.width) }
            let request = NetworkRequest(task: task, imageSize: imageSize, part: part)
            return try engine.load(Network(Checkpoint(files), request).graph, options: settings)
        }
        tokenizer = roles.values.contains(.ids) ? try Tokenizer(files) : nil
    }

    /// Answers about one RGB picture.
    ///
    /// - Parameters:
    ///   - query: a picture of what to look for, instead of texts; OWL-ViT and CLIPSeg take one.
    ///   - cancellation: stops the network from another thread.
    ///   - ended: told of each stage when it is over: `preprocess`, `network`. What comes after is `postprocess`.
    ///
    /// Throws `HubError`: `badRequest` when the task needs a parameter that is not there, else as of the parts.
    public func answer(
        _ image: Image,
        _ parameters: VisionParameters = VisionParameters(),
        query: Image? = nil,
        cancellation: RunCancellation? = nil,
        ended: (String) -> Void = { _ in }
    ) throws -> VisionAnswer {
        let size = PixelSize(height: image.height, width: image.width)
        func run(_ texts: [String], copies: Int = 1) throws -> NetworkOutputs {
            let inputs = try inputs([Image](repeating: image, count: copies), texts)
            ended("preprocess")
            let outputs = try session.run(inputs, outputs: nil, cancellation: cancellation)
            ended("network")
            guard !aliases.isEmpty else { return NetworkOutputs(outputs) }
            return NetworkOutputs(
                Dictionary(outputs.map { (aliases[$0.key] ?? $0.key, $0.value) }) { first, _ in first }
            )
        }
        if let query {
            return try answer(image, like: query, parameters, cancellation: cancellation, ended: ended)
        }
        switch task {
        case .imageClassification:
            return .labels(try classification(parameters).answer(run([])))
        case .imageFeatureExtraction:
            return .features(try FeatureExtraction(isPooled: parameters.isPooled).answer(run([])))
        case .zeroShotImageClassification:
            return .labels(try zeroShotClassification(parameters).answer(run(sentences(parameters))))
        case .objectDetection:
            let task = ObjectDetection(
                labels: labels,
                scoring: .init(modelType: modelType),
                threshold: Float(parameters.threshold ?? 0.5)
            )
            return .objects(try task.answer(run([]), size: size))
        case .zeroShotObjectDetection:
            let candidates = try candidates(parameters)
            let task = ZeroShotDetection(
                threshold: Float(parameters.threshold ?? 0.1),
                topK: parameters.topK,
                isPaddedToSquare: modelType == "owlv2"
            )
            return .objects(try task.answer(run(candidates), candidates: candidates, size: size))
        case .imageSegmentation:
            var task = ImageSegmentation(
                labels: labels,
                family: .init(modelType: modelType),
                subtask: parameters.subtask,
                threshold: Float(parameters.threshold ?? 0.9),
                maskThreshold: Float(parameters.maskThreshold ?? 0.5),
                overlapThreshold: Float(parameters.overlapThreshold ?? 0.5)
            )
            task.isForeground = isForeign
            return .segments(try task.answer(run([]), size: size))
        case .zeroShotImageSegmentation:
            let candidates = try candidates(parameters)
            let outputs = try run(candidates, copies: candidates.count).tensors
            return .segments(try ZeroShotSegmentation(candidates: candidates).answer(outputs, size: size))
        case .depthEstimation:
            return .depth(try DepthEstimation().answer(run([]), size: size))
        case .visualQuestionAnswering:
            guard let question = parameters.question, !question.isEmpty else {
                throw HubError(.badRequest, "The model answers questions about an image, and there is no question")
            }
            let task = QuestionAnswering(labels: labels, topK: parameters.topK ?? 5)
            return .answers(try task.answer(run([question])))
        }
    }

    private func answer(
        _ image: Image,
        like query: Image,
        _ parameters: VisionParameters,
        cancellation: RunCancellation?,
        ended: (String) -> Void
    ) throws -> VisionAnswer {
        guard [.zeroShotObjectDetection, .zeroShotImageSegmentation].contains(task) else {
            throw HubError(.badRequest, "The model is for \(task.rawValue), which takes no query_image")
        }
        // One by one: the two need not have one size.
        let (pixels, wanted) = (try processor.process([image]), try processor.process([query]))
        ended("preprocess")
        let size = PixelSize(height: image.height, width: image.width)
        if task == .zeroShotImageSegmentation {
            let outputs = try queries.segment(
                pixels.pixelValues,
                like: wanted.pixelValues,
                cancellation: cancellation
            )
            ended("network")
            let label = parameters.candidateLabels.first ?? "query_image"
            return .segments(try ZeroShotSegmentation(candidates: [label]).answer(outputs, size: size))
        }
        let found = try queries.detect(
            pixels.pixelValues,
            like: wanted.pixelValues,
            threshold: Float(parameters.threshold ?? 0),
            size: size,
            cancellation: cancellation
        )
        ended("network")
        return .objects(Array(found.prefix(parameters.topK ?? .max)))
    }

    func classification(_ parameters: VisionParameters) -> ImageClassification {
        let function =
            parameters.function ?? ImageClassification.Function(configuration: configuration, count: labels.count ?? 0)
        return ImageClassification(labels: labels, function: function, topK: parameters.topK ?? 5)
    }

    func zeroShotClassification(_ parameters: VisionParameters) throws(HubError) -> ZeroShotClassification {
        ZeroShotClassification(
            candidates: try candidates(parameters),
            isIndependent: modelType.hasPrefix("siglip")
        )
    }

    /// The texts that a picture is compared with.
    func sentences(_ parameters: VisionParameters) throws(HubError) -> [String] {
        let template = parameters.hypothesisTemplate ?? "This is a photo of {}."
        return try candidates(parameters).map { ZeroShotClassification.sentence($0, template: template) }
    }

    private func candidates(_ parameters: VisionParameters) throws(HubError) -> [String] {
        guard !parameters.candidateLabels.isEmpty else {
            throw HubError(.badRequest, "The model looks for what it is told, and there are no candidate_labels")
        }
        return parameters.candidateLabels
    }

    /// Everything that the session takes.
    func inputs(_ images: [Image], _ texts: [String]) throws(HubError) -> [String: Tensor] {
        let pictures = try processor.process(images)
        var tokens: TokenBatch?
        if let tokenizer, !texts.isEmpty {
            // SigLIP was trained on texts of full length.
            let padding: Tokenizer.Padding =
                modelType.hasPrefix("siglip") ? .length(tokenizer.maximumLength ?? 64) : .longest
            tokens = try tokenizer.encode(batch: texts, padding: padding, maximumLength: positions(tokenizer))
        }
        var inputs: [String: Tensor] = [:]
        for port in session.inputs {
            switch roles[port.name] {
            case .pixelValues: inputs[port.name] = pictures.pixelValues
            case .pixelMask: inputs[port.name] = pictures.pixelMask
            case .ids: inputs[port.name] = tokens?.ids
            case .mask: inputs[port.name] = tokens?.mask
            case .types: inputs[port.name] = tokens?.types
            case nil: break
            }
            guard inputs[port.name] != nil else {
                throw HubError(.unprocessable, "The model wants \(port.name), which its processor does not make")
            }
        }
        return inputs
    }

    /// The most tokens that one text may be cut to.
    var textLength: Int { tokenizer.flatMap { positions($0) } ?? 0 }

    /// Tokens that the network has positions for.
    private func positions(_ tokenizer: Tokenizer) -> Int? {
        let text = configuration["text_config"] ?? configuration
        let positions = text["max_position_embeddings"]?.intValue.flatMap { $0 > 0 && $0 <= 1 << 20 ? Int($0) : nil }
        guard let positions else { return tokenizer.maximumLength }
        return min(positions, tokenizer.maximumLength ?? positions)
    }
}

extension ImageProcessorSettings {
    /// The size that all pictures come out in; `nil` when it depends on the picture.
    public var fixedSize: PixelSize? {
        guard padding == .none else { return nil }
        if let crop { return crop }
        switch resize {
        case .exact(let size): return size
        case .multiple(let size, let divisor, false)
        where size.height % divisor == 0 && size.width % divisor == 0:
            return size
        default: return nil
        }
    }
}
