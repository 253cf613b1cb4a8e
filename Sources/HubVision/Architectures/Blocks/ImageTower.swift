// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The image half of CLIP and its kin: ViT with other names.
struct ImageTower {
    let base: String
    let channels: Int
    let size: (height: Int, width: Int)
    let layers: Int
    let block: TransformerBlock
    /// Whether pictures may have other sizes than positions were learned on.
    var interpolates = true
    /// Of CLIP's normalization before the first block, which the original misspelt.
    private let firstNorm: String?

    init(
        _ config: ModelConfiguration,
        _ base: String,
        firstNorm: String?,
        activation: String = "quick_gelu",
        epsilon: Double = 1e-5,
        size: Int = 224
    ) throws(HubError) {
        self.base = base
        self.firstNorm = firstNorm
        channels = try config.int("num_channels", default: 3)
        self.size = try config.size("image_size", default: size)
        layers = try config.int("num_hidden_layers", default: 12)
        block = TransformerBlock(
            names: .clip,
            heads: try config.int("num_attention_heads", default: 12),
            epsilon: try config.number("layer_norm_eps", default: epsilon),
            activation: try config.activation("hidden_act", default: activation)
        )
    }

    func input(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        name: String = "pixel_values",
        batch: String = "batch"
    ) -> Value {
        let size = interpolates ? nil : self.size
        return g.input(name, axes: [.named(batch)] + context.imageAxes(channels: channels, size: size).dropFirst())
    }

    /// The states before the first block and after each, none normalized at the end.
    /// - Parameter count: how many blocks to go through; all unless given.
    func states(
        _ g: GraphBuilder,
        _ pixels: Value,
        layers count: Int? = nil
    ) throws(HubError) -> (states: [Value], rows: Dimension, columns: Dimension) {
        let patches = try g.patches(pixels, "\(base)embeddings.patch_embedding")
        var tokens = patches.tokens
        let cls = "\(base)embeddings.class_embedding"
        let hasClass = g.has(cls)
        if hasClass {
            let width = tokens.size(2)
            let learned = g.reshape(try g.weight(cls, shape: width.value.map { [$0] }), [1, 1, width])
            tokens = g.concat([g.expand(learned, [tokens.size(0), 1, width]), tokens], axis: 1)
        }
        let positions = "\(base)embeddings.position_embedding.weight"
        if interpolates {
            tokens = try g.addPositions(
                positions,
                to: tokens,
                after: hasClass ? 1 : 0,
                rows: patches.rows,
                columns: patches.columns
            )
        } else {
            tokens = try g.addPositions(positions, to: tokens)
        }
        if let firstNorm { tokens = try g.layerNorm(tokens, "\(base)\(firstNorm)", epsilon: block.epsilon) }
        var states = [tokens]
        for layer in 0..<(count ?? layers) {
            tokens = try block(g, tokens, "\(base)encoder.layers.\(layer)")
            states.append(tokens)
        }
        return (states, patches.rows, patches.columns)
    }

    /// What normalizes the class token or the last states.
    func normalized(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        try g.layerNorm(states, "\(base)post_layernorm", epsilon: block.epsilon)
    }
}
