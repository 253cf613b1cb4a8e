// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The text half of CLIP and its kin: a transformer over the tokens of a text.
struct TextTower {
    let base: String
    private let layers: Int
    private let block: TransformerBlock
    private let isCausal: Bool

    init(
        _ config: ModelConfiguration,
        _ base: String,
        isCausal: Bool = true,
        layers: Int = 12,
        heads: Int = 8,
        activation: String = "quick_gelu",
        epsilon: Double = 1e-5
    ) throws(HubError) {
        self.base = base
        self.isCausal = isCausal
        self.layers = try config.int("num_hidden_layers", default: layers)
        block = TransformerBlock(
            names: .clip,
            heads: try config.int("num_attention_heads", default: heads),
            epsilon: try config.number("layer_norm_eps", default: epsilon),
            activation: try config.activation("hidden_act", default: activation)
        )
    }

    /// Declares the inputs of a tower.
    static func inputs(_ g: GraphBuilder, batch: String = "texts") -> (ids: Value, padding: Value) {
        let axes: [TensorPort.Axis] = [.named(batch), .named("tokens")]
        return (g.input("input_ids", .int64, axes: axes), g.input("attention_mask", .int64, axes: axes))
    }

    /// The normalized states of all tokens.
    func states(_ g: GraphBuilder, ids: Value, padding: Value) throws(HubError) -> Value {
        var states = try g.embedding(ids, "\(base)embeddings.token_embedding.weight")
        let positions = try g.weight("\(base)embeddings.position_embedding.weight")
        states = g.add(states, g.slice(positions, axis: 0, to: ids.size(1)))
        let mask = isCausal ? g.causalMask(padding: padding) : g.paddingMask(padding)
        for layer in 0..<layers { states = try block(g, states, "\(base)encoder.layers.\(layer)", mask: mask) }
        return try g.layerNorm(states, "\(base)final_layer_norm", epsilon: block.epsilon)
    }

    /// The state of each text's last token.
    /// - Parameter end: the token that ends a text; `nil` if it is the one with the highest number.
    func pooled(_ g: GraphBuilder, _ states: Value, ids: Value, end: Int?) -> Value {
        guard let end else { return g.token(of: states, at: g.argmax(g.cast(ids, to: .int32))) }
        let isEnd = g.elementwise("Equal", ids, g.constant(Tensor(scalar: Int64(end))), type: .bool)
        return g.token(of: states, at: g.argmax(g.cast(isEnd, to: .int32)))
    }
}
