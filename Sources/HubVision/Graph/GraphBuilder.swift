// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Describes a network, operator by operator, over the tensors of a checkpoint.
///
/// Shapes are followed while building, so a checkpoint whose tensors do not fit its configuration is refused with the
/// tensor's name, before an engine sees it.
final class GraphBuilder {
    let weights: Weights
    private var graph = Graph()
    private var nextName = 0
    private var namedConstants: [String: Value] = [:]
    private var vectors: [[Int]: Value] = [:]
    private var scalars: [Float: Value] = [:]
    private var dimensions: [Dimension: Value] = [:]

    /// The squares that pictures are cut into, where that is one number.
    var squares: Int?

    init(weights: Weights) { self.weights = weights }

    /// What has been built, once the outputs are declared.
    var result: Graph { graph }

    // MARK: - Inputs and outputs

    /// Declares an input.
    func input(_ name: String, _ type: ElementType = .float32, axes: [TensorPort.Axis]) -> Value {
        graph.inputs.append(TensorPort(name, type, axes))
        let shape = axes.enumerated().map { index, axis in
            switch axis {
            case .fixed(let size): Dimension.constant(size)
            case .named: Dimension.axis(input: name, index: index)
            }
        }
        return Value(name: name, type: type, shape: shape)
    }

    /// Declares `value` an output by the name `name`.
    func output(_ name: String, _ value: Value) {
        append("Identity", .onnx, [value.name], [name], [:])
        let axes = value.shape.map { size in
            size.value.map { TensorPort.Axis.fixed($0) } ?? .named("")
        }
        graph.outputs.append(TensorPort(name, value.type, axes))
    }

    /// Beginnings of the names of tensors that this part of a network has no use for.
    private(set) var skipped: [String] = []

    func skip(prefixes: [String]) { skipped += prefixes }

    // MARK: - Constants

    /// A tensor of the checkpoint, in 32-bit floating point.
    /// - Parameter shape: what it must be; checked where given.
    func weight(_ name: String, shape: [Int]? = nil) throws(HubError) -> Value {
        let tensor = try weights.tensor(name, shape: shape)
        return constant(name) { tensor }
    }

    /// A tensor that is made once for its name.
    func constant(_ name: String, _ make: () throws(HubError) -> Tensor) throws(HubError) -> Value {
        if let value = namedConstants[name] { return value }
        let value = add(constant: try make(), named: name)
        namedConstants[name] = value
        return value
    }

    private func constant(_ name: String, _ make: () -> Tensor) -> Value {
        if let value = namedConstants[name] { return value }
        let value = add(constant: make(), named: name)
        namedConstants[name] = value
        return value
    }

    /// A tensor of the builder's own.
    func constant(_ tensor: Tensor) -> Value { add(constant: tensor, named: newName()) }

    func scalar(_ number: Float) -> Value {
        if let value = scalars[number] { return value }
        let value = constant(Tensor(scalar: number))
        scalars[number] = value
        return value
    }

    /// A vector of 64-bit integers.
    func vector(_ numbers: [Int]) -> Value {
        if let value = vectors[numbers] { return value }
        let value = constant(Tensor(vector: numbers.map { Int64($0) }))
        vectors[numbers] = value
        return value
    }

    private func add(constant tensor: Tensor, named name: String) -> Value {
        graph.constants.append(Graph.Constant(name: name, tensor: tensor))
        return Value(name: name, type: tensor.type, shape: tensor.shape.map { .constant($0) })
    }

    // MARK: - Nodes

    private func newName() -> String {
        nextName += 1
        return "#\(nextName)"
    }

    private func append(
        _ operation: String,
        _ domain: Graph.Domain,
        _ inputs: [String],
        _ outputs: [String],
        _ attributes: KeyValuePairs<String, Graph.AttributeValue>
    ) {
        graph.nodes.append(
            Graph.Node(
                operation: operation,
                domain: domain,
                inputs: inputs,
                outputs: outputs,
                attributes: attributes.map { Graph.Attribute(name: $0.key, value: $0.value) }
            )
        )
    }

    /// Adds an operator with one output.
    /// - Parameters:
    ///   - type: of the output; that of the first input unless given.
    ///   - shape: of the output.
    func node(
        _ operation: String,
        _ inputs: [Value?],
        _ attributes: KeyValuePairs<String, Graph.AttributeValue> = [:],
        domain: Graph.Domain = .onnx,
        type: ElementType? = nil,
        shape: [Dimension]
    ) -> Value {
        let output = Value(name: newName(), type: type ?? inputs.first??.type ?? .float32, shape: shape)
        append(operation, domain, inputs.map { $0?.name ?? "" }, [output.name], attributes)
        return output
    }

    /// Adds an operator with several outputs.
    func node(
        _ operation: String,
        _ inputs: [Value],
        _ attributes: KeyValuePairs<String, Graph.AttributeValue> = [:],
        outputs: [(type: ElementType, shape: [Dimension])]
    ) -> [Value] {
        let values = outputs.map { Value(name: newName(), type: $0.type, shape: $0.shape) }
        append(operation, .onnx, inputs.map(\.name), values.map(\.name), attributes)
        return values
    }

    // MARK: - Sizes as tensors

    /// A size as a vector of one element.
    func vector(_ dimension: Dimension) -> Value {
        if let value = dimensions[dimension] { return value }
        let value: Value
        switch dimension {
        case .constant(let number): value = vector([number])
        case .axis(let input, let index):
            value = node(
                "Shape",
                [Value(name: input, type: .int64, shape: [])],
                ["start": .int(index), "end": .int(index + 1)],
                type: .int64,
                shape: [1]
            )
        case .sum(let term, let number): value = node("Add", [vector(term), vector([number])], shape: [1])
        case .binary(let operation, let left, let right):
            value = node(operation.rawValue, [vector(left), vector(right)], shape: [1])
        }
        dimensions[dimension] = value
        return value
    }

    /// Sizes as a vector.
    func vector(_ dimensions: [Dimension]) -> Value {
        let numbers = dimensions.compactMap(\.value)
        if numbers.count == dimensions.count { return vector(numbers) }
        return node(
            "Concat",
            dimensions.map { vector($0) },
            ["axis": .int(0)],
            shape: [.constant(dimensions.count)]
        )
    }
}
