// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension GraphBuilder {
    /// Weighs channels by what is in the whole map: average, two 1 × 1 convolutions, a gate.
    func squeezeExcite(
        _ map: Value,
        _ reduce: String,
        _ expand: String,
        activation: Activation = .relu,
        gate: Activation = .sigmoid
    ) throws(HubError) -> Value {
        let pooled = node("GlobalAveragePool", [map], shape: [map.size(0), map.size(1), 1, 1])
        let inner = activate(try convolution(pooled, reduce), activation)
        return multiply(map, activate(try convolution(inner, expand), gate))
    }

    /// Half the extent of a convolution's kernel as padding, which keeps the size.
    func keepingPadding(_ name: String, dilation: Int = 1) throws(HubError) -> Padding {
        let shape = try weights.shape("\(name).weight")
        guard shape.count == 4 else {
            throw .shape(of: "\(name).weight", shape.map { .constant($0) }, isNot: "four axes")
        }
        return .all((shape[2] - 1) / 2 * dilation)
    }

    /// Half a convolution's kernel as padding, rounded down.
    func halfPadding(_ name: String) throws(HubError) -> Padding {
        .all((try weights.shape("\(name).weight").last ?? 1) / 2)
    }

    /// Declares what a convolutional network gives as features: the last map, and its average per channel.
    func outputFeatures(_ map: Value, pooled: Value? = nil) {
        output("last_hidden_state", map)
        output("pooler_output", pooled ?? globalAverage(map))
    }
}
