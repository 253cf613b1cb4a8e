// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Port: what turns networks into sessions that compute.
///
/// Calls block and compute: they belong on threads of their own, not on the cooperative pool.
public protocol InferenceEngine: Sendable {
    /// Name and version, as in "ONNX Runtime 1.32.0".
    var name: String { get }

    /// Makes a described network ready to run.
    ///
    /// The session keeps the memory of the graph's constants alive and reads it in place.
    func load(_ graph: Graph, options: SessionOptions) throws -> any InferenceSession

    /// Makes a pushed ONNX file ready to run.
    func load(_ model: ONNXModel, options: SessionOptions) throws -> any InferenceSession
}

/// A network that is ready. One session may run on several threads at once.
public protocol InferenceSession: Sendable {
    var inputs: [TensorPort] { get }
    var outputs: [TensorPort] { get }

    /// Computes.
    /// - Parameters:
    ///   - inputs: by name; all that the session has.
    ///   - outputs: the names of those wanted; `nil` is all.
    ///   - cancellation: stops the run from another thread.
    /// - Throws: `HubError`: `.badRequest` for inputs that do not fit, `.timeout` when cancelled, `.unprocessable` when the
    ///   network itself fails on them.
    func run(
        _ inputs: [String: Tensor],
        outputs: [String]?,
        cancellation: RunCancellation?
    ) throws -> [String: Tensor]
}

extension InferenceSession {
    /// Computes all outputs, with no way to stop it.
    public func run(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
        try run(inputs, outputs: nil, cancellation: nil)
    }
}

/// How a session uses the machine.
public struct SessionOptions: Sendable, Hashable {
    /// Threads that share the work of one run, the caller's included.
    public var threads = 1
    /// Reorders weights for the processor's vector units when loading. It costs memory as large as the weights and time
    /// to load, and gains a few per cent at most (`Benchmarks/results/vision.md`).
    public var prepacksWeights = false
    /// Lets idle threads spin for work for a while instead of sleeping.
    public var spins = false
    /// Keeps the memory of one run for the next.
    public var keepsMemory = true

    public init() {}
}

/// An ONNX file and what lies beside it.
public struct ONNXModel: Sendable {
    /// The bytes of the `.onnx` file.
    public let bytes: TensorMemory
    /// Files of external data, by the names that the model refers to them by.
    public let externalData: [String: TensorMemory]

    public init(bytes: TensorMemory, externalData: [String: TensorMemory] = [:]) {
        self.bytes = bytes
        self.externalData = externalData
    }
}

/// An input or output of a network.
public struct TensorPort: Sendable, Hashable {
    public let name: String
    public let type: ElementType
    public let shape: [Axis]

    /// The size of an axis.
    public enum Axis: Sendable, Hashable {
        case fixed(Int)
        /// Known when run; equal names are equal sizes.
        case named(String)
    }

    public init(_ name: String, _ type: ElementType, _ shape: [Axis]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}
