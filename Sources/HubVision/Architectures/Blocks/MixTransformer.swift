// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The encoder of SegFormer and GLPN: overlapping squares, attention to a coarser map, convolutions for positions.
struct MixTransformer {
    let base: String
    let channels: Int
    let stages: Int
    private let depths: [Int]
    private let reductions: [Int]
    private let strides: [Int]
    private let heads: [Int]
    private let activation: Activation
    private static let epsilon = 1e-5

    init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        channels = try config.int("num_channels", default: 3)
        stages = try config.int("num_encoder_blocks", default: 4, in: 1...16)
        depths = try config.ints("depths", default: [2, 2, 2, 2])
        reductions = try config.ints("sr_ratios", default: [8, 4, 2, 1])
        strides = try config.ints("strides", default: [4, 2, 2, 2])
        heads = try config.ints("num_attention_heads", default: [1, 2, 5, 8])
        activation = try config.activation("hidden_act", default: "gelu")
        for (key, list) in [
            ("depths", depths), ("sr_ratios", reductions), ("strides", strides), ("num_attention_heads", heads),
        ] where list.count != stages {
            throw config.wrong(key, "a list of \(stages), as many as num_encoder_blocks")
        }
    }

    /// The map after each stage.
    func maps(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Value] {
        var maps: [Value] = []
        var map = pixels
        for stage in 0..<stages {
            let name = "\(base)patch_embeddings.\(stage)"
            let embedded = try g.convolution(
                map,
                "\(name).proj",
                stride: strides[stage],
                padding: g.halfPadding("\(name).proj")
            )
            let (height, width) = (embedded.size(2), embedded.size(3))
            var tokens = try g.layerNorm(g.tokens(fromMap: embedded), "\(name).layer_norm", epsilon: Self.epsilon)
            for index in 0..<depths[stage] {
                tokens = try block(g, tokens, "\(base)block.\(stage).\(index)", stage: stage, height, width)
            }
            tokens = try g.layerNorm(tokens, "\(base)layer_norm.\(stage)", epsilon: Self.epsilon)
            map = g.map(fromTokens: tokens, height: height, width: width)
            maps.append(map)
        }
        return maps
    }

    private func block(
        _ g: GraphBuilder,
        _ input: Value,
        _ name: String,
        stage: Int,
        _ height: Dimension,
        _ width: Dimension
    ) throws(HubError) -> Value {
        let normal = try g.layerNorm(input, "\(name).layer_norm_1", epsilon: Self.epsilon)
        var keys = normal
        let reduction = reductions[stage]
        if reduction > 1 {
            let map = g.map(fromTokens: normal, height: height, width: width)
            let coarse = try g.convolution(map, "\(name).attention.self.sr", stride: reduction)
            keys = try g.layerNorm(
                g.tokens(fromMap: coarse),
                "\(name).attention.self.layer_norm",
                epsilon: Self.epsilon
            )
        }
        let read = try g.attention(
            normal,
            key: keys,
            heads: heads[stage],
            names: .init(
                query: "\(name).attention.self.query",
                key: "\(name).attention.self.key",
                value: "\(name).attention.self.value",
                output: "\(name).attention.output.dense"
            )
        )
        let attended = g.add(read, input)
        let again = try g.layerNorm(attended, "\(name).layer_norm_2", epsilon: Self.epsilon)
        let wide = g.map(fromTokens: try g.linear(again, "\(name).mlp.dense1"), height: height, width: width)
        let groups = wide.size(1).value ?? 1
        let mixed = try g.convolution(wide, "\(name).mlp.dwconv.dwconv", padding: .all(1), groups: groups)
        let fed = try g.linear(g.tokens(fromMap: g.activate(mixed, activation)), "\(name).mlp.dense2")
        return g.add(fed, attended)
    }
}
