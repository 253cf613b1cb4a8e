// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A network as a plain value: operators of ONNX between named tensors.
///
/// Engines turn it into sessions. The constants are mostly views of memory-mapped checkpoints.
public struct Graph: Sendable {
    /// The version of ONNX's operators.
    public static let operatorVersion = 20

    public struct Node: Sendable, Hashable {
        public let operation: String
        public let domain: Domain
        /// Names of tensors; empty for an optional one that is not given.
        public let inputs: [String]
        public let outputs: [String]
        public let attributes: [Attribute]
    }

    /// Who defines an operator.
    public enum Domain: String, Sendable, Hashable, CaseIterable {
        case onnx = ""
        /// ONNX Runtime's own: fused operators.
        case microsoft = "com.microsoft"
    }

    public struct Attribute: Sendable, Hashable {
        public let name: String
        public let value: AttributeValue
    }

    public enum AttributeValue: Sendable, Hashable {
        case int(Int)
        case ints([Int])
        case float(Float)
        case floats([Float])
        case string(String)
    }

    public struct Constant: Sendable {
        public let name: String
        public let tensor: Tensor
    }

    public internal(set) var inputs: [TensorPort] = []
    public internal(set) var outputs: [TensorPort] = []
    /// Each after those whose outputs it takes.
    public internal(set) var nodes: [Node] = []
    public internal(set) var constants: [Constant] = []

    public init() {}
}

/// A tensor inside a graph that is being built.
public struct Value: Sendable, Hashable {
    let name: String
    let type: ElementType
    let shape: [Dimension]

    var rank: Int { shape.count }

    /// The size of an axis; negative numbers count from the last one. 0 when there is no such axis.
    func size(_ axis: Int) -> Dimension {
        let index = axis < 0 ? shape.count + axis : axis
        return shape.indices.contains(index) ? shape[index] : 0
    }
}
