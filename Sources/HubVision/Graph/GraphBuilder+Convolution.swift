// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a convolution or pooling adds around its input.
enum Padding: Sendable, Hashable {
    /// As much on all four sides.
    case all(Int)
    /// Top, left, bottom, right.
    case sides([Int])
    /// So much that the output is the input's size over the stride, the odd one at the end: TensorFlow's "SAME".
    case same

    static let none = Padding.all(0)

    /// Half a kernel, which keeps the size.
    static func keeping(_ kernel: Int) -> Padding { .all(kernel / 2) }
}

/// A batch normalization that follows a convolution and becomes part of it.
struct BatchNorm {
    let name: String
    var epsilon = 1e-5
}

extension GraphBuilder {
    /// A convolution, the batch normalization after it folded into its weights.
    func convolution(
        _ map: Value,
        _ name: String,
        stride: Int = 1,
        padding: Padding = .none,
        dilation: Int = 1,
        groups: Int = 1,
        batchNorm: BatchNorm? = nil
    ) throws(HubError) -> Value {
        var weight = try weight("\(name).weight")
        var bias = has("\(name).bias") ? try self.weight("\(name).bias") : nil
        if let batchNorm {
            (weight, bias) = try fold(batchNorm, weight: weight, bias: bias)
        }
        return try convolution(
            map,
            weight: weight,
            bias: bias,
            stride: stride,
            padding: padding,
            dilation: dilation,
            groups: groups
        )
    }

    func convolution(
        _ map: Value,
        weight: Value,
        bias: Value?,
        stride: Int = 1,
        padding: Padding = .none,
        dilation: Int = 1,
        groups: Int = 1
    ) throws(HubError) -> Value {
        guard weight.rank == 4 else { throw .shape(of: weight.name, weight.shape, isNot: "four axes") }
        try require(map.size(1), is: weight.size(1) * .constant(groups), in: weight)
        if let bias { try require(bias.shape == [weight.size(0)], of: bias, "[\(weight.size(0))]") }
        let kernel = (weight.size(2).value ?? 1, weight.size(3).value ?? 1)
        let window = try Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation, of: weight.name)
        return node(
            "Conv",
            [map, weight, bias],
            [
                "kernel_shape": .ints([kernel.0, kernel.1]), "strides": .ints([stride, stride]),
                "dilations": .ints([dilation, dilation]), "group": .int(groups),
                window.padding.name: window.padding.value,
            ],
            shape: [map.size(0), weight.size(0), window.outputSize(map.size(2), 0), window.outputSize(map.size(3), 1)]
        )
    }

    /// A transposed convolution without padding whose stride is its kernel: each element becomes a square.
    func upsamplingConvolution(_ map: Value, _ name: String) throws(HubError) -> Value {
        let weight = try weight("\(name).weight")
        guard weight.rank == 4, weight.size(2) == weight.size(3), let kernel = weight.size(2).value else {
            throw .shape(of: weight.name, weight.shape, isNot: "four axes, the last two equal")
        }
        try require(map.size(1), is: weight.size(0), in: weight)
        let bias = has("\(name).bias") ? try self.weight("\(name).bias") : nil
        let factor = Dimension.constant(kernel)
        return node(
            "ConvTranspose",
            [map, weight, bias],
            ["kernel_shape": .ints([kernel, kernel]), "strides": .ints([kernel, kernel])],
            shape: [map.size(0), weight.size(1), map.size(2) * factor, map.size(3) * factor]
        )
    }

    func maxPool(_ map: Value, kernel: Int, stride: Int, padding: Padding = .none) throws(HubError) -> Value {
        let window = try Window(kernel: (kernel, kernel), stride: stride, padding: padding, of: "max pooling")
        return node(
            "MaxPool",
            [map],
            [
                "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
                window.padding.name: window.padding.value,
            ],
            shape: [map.size(0), map.size(1), window.outputSize(map.size(2), 0), window.outputSize(map.size(3), 1)]
        )
    }

    func averagePool(
        _ map: Value,
        kernel: Int,
        stride: Int,
        roundingUp: Bool = false
    ) throws(HubError) -> Value {
        let window = try Window(kernel: (kernel, kernel), stride: stride, padding: .none, of: "average pooling")
        let slack = roundingUp ? Dimension.constant(stride - 1) : 0
        return node(
            "AveragePool",
            [map],
            [
                "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
                "ceil_mode": .int(roundingUp ? 1 : 0), "count_include_pad": .int(0),
            ],
            shape: [
                map.size(0), map.size(1), window.outputSize(map.size(2) + slack, 0),
                window.outputSize(map.size(3) + slack, 1),
            ]
        )
    }

    /// The mean of each channel: batch × channels.
    func globalAverage(_ map: Value) -> Value {
        let pooled = node("GlobalAveragePool", [map], shape: [map.size(0), map.size(1), 1, 1])
        return reshape(pooled, [map.size(0), map.size(1)])
    }

    /// The mean of each part of a map that is cut into `count` × `count`; the parts may overlap by one.
    func adaptiveAverage(_ map: Value, _ count: Int) -> Value {
        let rows = averages(map.size(2), count)
        let columns = averages(map.size(3), count)
        return matmul(matmul(rows, map), columns, transposingRight: true)
    }

    /// Weights, parts × length, that average each of `count` parts of a line.
    private func averages(_ length: Dimension, _ count: Int) -> Value {
        let (parts, places) = (range(.constant(count)), range(length))
        let (all, size) = (vector([count]), vector(length))
        let start = divide(multiply(parts, size), all)
        // Rounded up, so that the last place is in the last part.
        let end = divide(add(multiply(add(parts, vector([1])), size), vector([count - 1])), all)
        func column(_ value: Value) -> Value { reshape(value, [.constant(count), 1]) }
        let within = elementwise(
            "And",
            elementwise("GreaterOrEqual", places, column(start), type: .bool),
            elementwise("Less", places, column(end), type: .bool),
            type: .bool
        )
        let share = divide(scalar(1), cast(subtract(end, start), to: .float32))
        return choose(where: within, column(share), else: scalar(0))
    }

    /// A linear map of the channels, place by place; its weights have two axes.
    func pointwise(_ map: Value, _ name: String) throws(HubError) -> Value {
        let weight = try weights.tensor("\(name).weight")
        let kernel = try constant("\(name).weight|1x1") { () throws(HubError) in
            guard weight.shape.count == 2, let kernel = weight.reshaped(weight.shape + [1, 1]) else {
                throw .shape(of: "\(name).weight", weight.shape.map { .constant($0) }, isNot: "two axes")
            }
            return kernel
        }
        let bias = has("\(name).bias") ? try self.weight("\(name).bias") : nil
        return try convolution(map, weight: kernel, bias: bias)
    }

    /// The weights of a convolution that sees one of several equal parts of its input's channels.
    func inputChannels(of weight: Value, part: Int, of count: Int) throws(HubError) -> Value {
        guard let channels = weight.size(1).value, count > 0, channels.isMultiple(of: count) else {
            throw .shape(of: weight.name, weight.shape, isNot: "channels in \(count) equal parts")
        }
        let size = channels / count
        return slice(weight, axis: 1, from: .constant(part * size), to: .constant((part + 1) * size))
    }

    /// A convolution's weights brought to mean 0 and variance 1, output by output.
    func standardizedWeight(_ name: String, epsilon: Double) throws(HubError) -> Value {
        let weight = try weights.tensor(name)
        return try constant("\(name)|standardized") { () throws(HubError) in try weight.standardizingRows(epsilon) }
    }

    /// A convolution's weights and bias that do what it and the normalization after it did.
    func foldedWeights(_ name: String, _ norm: BatchNorm) throws(HubError) -> (weight: Value, bias: Value) {
        let bias = has("\(name).bias") ? try weight("\(name).bias") : nil
        return try fold(norm, weight: weight("\(name).weight"), bias: bias)
    }

    /// Weights and bias that do what convolution and normalization did.
    private func fold(
        _ norm: BatchNorm,
        weight: Value,
        bias: Value?
    ) throws(HubError) -> (weight: Value, bias: Value) {
        let channels = weight.size(0).value ?? 0
        let scale = try weights.tensor("\(norm.name).weight", shape: [channels])
        let shift = try weights.tensor("\(norm.name).bias", shape: [channels])
        let mean = try weights.tensor("\(norm.name).running_mean", shape: [channels])
        let variance = try weights.tensor("\(norm.name).running_var", shape: [channels])
        let factors = zip(scale.floats, variance.floats).map { scale, variance in
            Float(Double(scale) / (Double(variance) + norm.epsilon).squareRoot())
        }
        var biases = [Float](repeating: 0, count: channels)
        if let bias { biases = try weights.tensor(bias.name, shape: [channels]).floats }
        for (channel, (factor, (mean, shift))) in zip(factors, zip(mean.floats, shift.floats)).enumerated() {
            biases[channel] = (biases[channel] - mean) * factor + shift
        }
        let source = try weights.tensor(weight.name)
        let folded = try constant("\(weight.name)|\(norm.name)") { () throws(HubError) in
            try source.scalingRows(by: factors)
        }
        return (folded, constant(Tensor(vector: biases)))
    }
}

/// The geometry of a sliding window.
private struct Window {
    let kernel: (Int, Int)
    let stride: Int
    let dilation: Int
    let pads: Padding

    init(kernel: (Int, Int), stride: Int, padding: Padding, dilation: Int = 1, of name: String) throws(HubError) {
        guard stride > 0, dilation > 0, kernel.0 > 0, kernel.1 > 0 else {
            throw HubError(.unprocessable, "\(name): kernel, stride and dilation must be above 0")
        }
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        pads = padding
    }

    var padding: (name: String, value: Graph.AttributeValue) {
        switch pads {
        case .all(let width): ("pads", .ints([width, width, width, width]))
        case .sides(let widths): ("pads", .ints(widths))
        case .same: ("auto_pad", .string("SAME_UPPER"))
        }
    }

    func outputSize(_ size: Dimension, _ axis: Int) -> Dimension {
        let extent = ((axis == 0 ? kernel.0 : kernel.1) - 1) * dilation + 1
        let around: Int
        switch pads {
        case .all(let width): around = 2 * width
        case .sides(let widths): around = widths[axis] + widths[axis + 2]
        case .same: return size.dividedRoundingUp(by: stride)
        }
        return (size + .constant(around - extent)) / .constant(stride) + 1
    }
}

extension Tensor {
    /// The elements; empty unless they are of 32-bit floating point.
    var floats: [Float] { withFloats { Array($0) } ?? [] }

    /// Each element along the first axis multiplied by its factor.
    fileprivate func scalingRows(by factors: [Float]) throws(HubError) -> Tensor {
        let row = factors.isEmpty ? 0 : count / factors.count
        let scaled = withFloats { source in
            Tensor(.float32, shape: shape, as: Float.self) { target in
                for (index, factor) in factors.enumerated() {
                    for place in (index * row)..<((index + 1) * row) { target[place] = source[place] * factor }
                }
            }
        }
        guard let scaled = scaled ?? nil else { throw HubError(.internal, "A weight is not of 32-bit floats") }
        return scaled
    }

    /// The elements of each entry of the first axis brought to mean 0 and variance 1.
    fileprivate func standardizingRows(_ epsilon: Double) throws(HubError) -> Tensor {
        let rows = shape.first ?? 0
        let row = rows == 0 ? 0 : count / rows
        let result = withFloats { source in
            Tensor(.float32, shape: shape, as: Float.self) { target in
                for index in 0..<rows {
                    let elements = source[(index * row)..<((index + 1) * row)]
                    let mean = elements.reduce(0) { $0 + Double($1) } / Double(row)
                    let variance = elements.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(row)
                    let factor = 1 / (variance + epsilon).squareRoot()
                    for place in elements.indices { target[place] = Float((Double(source[place]) - mean) * factor) }
                }
            }
        }
        guard let result = result ?? nil else { throw HubError(.internal, "A weight is not of 32-bit floats") }
        return result
    }
}
