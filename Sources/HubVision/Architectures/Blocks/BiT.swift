// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// BiT: a ResNet with standardized weights and group normalization, as what DPT's hybrid builds on.
/// (Kolesnikov et al. 2019)
struct BiT {
    private let base: String
    private let depths: [Int]
    private let groups: Int
    private let activation: Activation

    init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        depths = try config.ints("depths", default: [3, 4, 6, 3])
        groups = try config.int("num_groups", default: 32)
        activation = try config.activation("hidden_act", default: "relu")
        guard try config.string("layer_type", default: "preactivation") == "bottleneck",
            try config.string("global_padding", default: "").uppercased() == "SAME",
            try config.bool("embedding_dynamic_padding", default: false),
            try config.int("output_stride", default: 32) == 32
        else {
            throw HubError(
                .unsupported,
                "The backbone bit is supported with bottlenecks, SAME padding and stride 32 only"
            )
        }
    }

    /// The map after the stem and that after each stage.
    func maps(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Value] {
        let stem = try layer(g, pixels, "embedder.convolution", "embedder.norm", stride: 2)
        // The reference pads with zeros, which after the activation no element is below.
        var map = try g.maxPool(g.activate(stem, activation), kernel: 3, stride: 2, padding: .same)
        var maps = [map]
        for (stage, depth) in depths.enumerated() {
            for index in 0..<depth {
                let name = "encoder.stages.\(stage).layers.\(index)"
                map = try block(g, map, name, stride: index == 0 && stage > 0 ? 2 : 1)
            }
            maps.append(map)
        }
        return maps
    }

    private func block(_ g: GraphBuilder, _ input: Value, _ name: String, stride: Int) throws(HubError) -> Value {
        var map = g.activate(try layer(g, input, "\(name).conv1", "\(name).norm1"), activation)
        map = g.activate(try layer(g, map, "\(name).conv2", "\(name).norm2", stride: stride), activation)
        map = try layer(g, map, "\(name).conv3", "\(name).norm3")
        let shortcut = "\(name).downsample"
        let kept =
            g.has("\(base)\(shortcut).conv.weight")
            ? try layer(g, input, "\(shortcut).conv", "\(shortcut).norm", stride: stride) : input
        return g.activate(g.add(map, kept), activation)
    }

    private func layer(
        _ g: GraphBuilder,
        _ map: Value,
        _ name: String,
        _ norm: String,
        stride: Int = 1
    ) throws(HubError) -> Value {
        let weight = try g.standardizedWeight("\(base)\(name).weight", epsilon: 1e-8)
        let result = try g.convolution(map, weight: weight, bias: nil, stride: stride, padding: .same)
        return try g.groupNorm(result, "\(base)\(norm)", groups: groups, epsilon: 1e-5)
    }
}
