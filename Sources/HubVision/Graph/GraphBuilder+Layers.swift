// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension GraphBuilder {
    /// `x · weightᵀ + bias` over the last axis. The bias is optional in the checkpoint unless `bias` says otherwise.
    func linear(_ input: Value, _ name: String, bias: Bool? = nil) throws(HubError) -> Value {
        let weight = try weight("\(name).weight")
        let bias = try bias ?? has("\(name).bias") ? self.weight("\(name).bias") : nil
        return try linear(input, weight: weight, bias: bias)
    }

    /// `x · weightᵀ + bias` over the last axis; the weight is outputs × inputs.
    func linear(_ input: Value, weight: Value, bias: Value?) throws(HubError) -> Value {
        guard weight.rank == 2 else { throw .shape(of: weight.name, weight.shape, isNot: "two axes") }
        try require(input.size(-1), is: weight.size(1), in: weight)
        if let bias { try require(bias.shape == [weight.size(0)], of: bias, "[\(weight.size(0))]") }
        if input.rank == 2 {
            let shape = [input.size(0), weight.size(0)]
            return node("Gemm", [input, weight, bias], ["transB": .int(1)], shape: shape)
        }
        let product = matmul(input, weight, transposingRight: true)
        return bias.map { add(product, $0) } ?? product
    }

    func layerNorm(_ input: Value, _ name: String, epsilon: Double) throws(HubError) -> Value {
        let width = input.size(-1).value.map { [$0] }
        return node(
            "LayerNormalization",
            [input, try weight("\(name).weight", shape: width), try weight("\(name).bias", shape: width)],
            ["axis": .int(-1), "epsilon": .float(Float(epsilon))],
            shape: input.shape
        )
    }

    /// Layer normalization over the channels of a map.
    func layerNormOfMap(_ map: Value, _ name: String, epsilon: Double) throws(HubError) -> Value {
        let last = transpose(map, [0, 2, 3, 1])
        return transpose(try layerNorm(last, name, epsilon: epsilon), [0, 3, 1, 2])
    }

    /// Group normalization over the channels of a map.
    func groupNorm(_ map: Value, _ name: String, groups: Int, epsilon: Double) throws(HubError) -> Value {
        let channels = map.size(1)
        guard let count = channels.value, groups > 0, count.isMultiple(of: groups) else {
            throw HubError(.unprocessable, "\(name): \(channels) channels cannot be normalized in \(groups) groups")
        }
        let scale = try weight("\(name).weight", shape: [count])
        let shift = try weight("\(name).bias", shape: [count])
        // Each group is a channel to instance normalization, with no scale of its own.
        let grouped = reshape(map, [map.size(0), .constant(groups), -1])
        let ones = constant(Tensor(vector: [Float](repeating: 1, count: groups)))
        let zeros = constant(Tensor(vector: [Float](repeating: 0, count: groups)))
        let normal = node(
            "InstanceNormalization",
            [grouped, ones, zeros],
            ["epsilon": .float(Float(epsilon))],
            shape: grouped.shape
        )
        let back = reshape(normal, map.shape)
        return add(multiply(back, asChannels(scale)), asChannels(shift))
    }

    /// A vector as channels × 1 × 1, to be stretched over maps.
    func asChannels(_ vector: Value) -> Value { reshape(vector, [vector.size(0), 1, 1]) }

    /// Rows of a table, by number.
    func embedding(_ ids: Value, _ name: String) throws(HubError) -> Value {
        let table = try weight(name)
        guard table.rank == 2 else { throw .shape(of: name, table.shape, isNot: "two axes") }
        return gather(table, ids)
    }

    // MARK: - What the checkpoint has

    func has(_ name: String) -> Bool { weights.has(name) }

    func require(_ holds: Bool, of weight: Value, _ expected: String) throws(HubError) {
        guard holds else { throw .shape(of: weight.name, weight.shape, isNot: expected) }
    }

    /// A size that a weight must agree with, where it is known.
    func require(_ size: Dimension, is expected: Dimension, in weight: Value) throws(HubError) {
        guard let size = size.value, let expected = expected.value, size != expected else { return }
        throw HubError(
            .unprocessable,
            "Tensor \(weight.name) has the shape \(weight.shape.description), which does not fit its input of \(size)"
        )
    }
}

extension HubError {
    /// A tensor whose shape is not what the architecture needs.
    static func shape(of name: String, _ shape: [Dimension], isNot expected: String) -> HubError {
        HubError(.unprocessable, "Tensor \(name) has the shape \(shape.description), expected \(expected)")
    }
}

extension [Dimension] {
    var description: String {
        "[" + map { $0.value.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
    }
}
