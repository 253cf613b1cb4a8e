// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The layers of DETR's transformer: attention to which positions are added anew each time.
struct DetrLayers {
    let activation: Activation
    /// Whether normalization comes before each part, as in Table Transformer, or after.
    var normalizesFirst = false
    private static let epsilon = 1e-5

    /// Tokens and the positions that go with them.
    struct Placed {
        var tokens: Value
        let positions: Value?

        func placed(_ g: GraphBuilder) -> Value { positions.map { g.add(tokens, $0) } ?? tokens }
    }

    func encoderLayer(
        _ g: GraphBuilder,
        _ input: Placed,
        _ name: String,
        heads: Int,
        mask: AttentionMask
    ) throws(HubError) -> Value {
        let attended = try residual(g, input.tokens, "\(name).self_attn_layer_norm") { tokens throws(HubError) in
            let placed = Placed(tokens: tokens, positions: input.positions)
            return try attend(g, placed, to: placed, "\(name).self_attn", heads: heads, mask: mask)
        }
        return try feedForward(g, attended, name)
    }

    func decoderLayer(
        _ g: GraphBuilder,
        _ queries: Placed,
        memory: Placed,
        _ name: String,
        heads: Int,
        mask: AttentionMask
    ) throws(HubError) -> Value {
        var tokens = try residual(g, queries.tokens, "\(name).self_attn_layer_norm") { tokens throws(HubError) in
            let placed = Placed(tokens: tokens, positions: queries.positions)
            return try attend(g, placed, to: placed, "\(name).self_attn", heads: heads)
        }
        tokens = try residual(g, tokens, "\(name).encoder_attn_layer_norm") { tokens throws(HubError) in
            let placed = Placed(tokens: tokens, positions: queries.positions)
            return try attend(g, placed, to: memory, "\(name).encoder_attn", heads: heads, mask: mask)
        }
        return try feedForward(g, tokens, name)
    }

    func feedForward(_ g: GraphBuilder, _ tokens: Value, _ name: String) throws(HubError) -> Value {
        try residual(g, tokens, "\(name).final_layer_norm") { tokens throws(HubError) in
            try g.feedForward(tokens, "\(name).fc1", "\(name).fc2", activation)
        }
    }

    /// Adds what `body` makes, normalized before or after.
    func residual(
        _ g: GraphBuilder,
        _ tokens: Value,
        _ norm: String,
        _ body: (Value) throws(HubError) -> Value
    ) throws(HubError) -> Value {
        if normalizesFirst { return g.add(tokens, try body(g.layerNorm(tokens, norm, epsilon: Self.epsilon))) }
        return try g.layerNorm(g.add(tokens, body(tokens)), norm, epsilon: Self.epsilon)
    }

    private func attend(
        _ g: GraphBuilder,
        _ queries: Placed,
        to memory: Placed,
        _ name: String,
        heads: Int,
        mask: AttentionMask = .none
    ) throws(HubError) -> Value {
        try g.attention(
            queries.placed(g),
            key: memory.placed(g),
            value: memory.tokens,
            heads: heads,
            names: .init(
                query: "\(name).q_proj",
                key: "\(name).k_proj",
                value: "\(name).v_proj",
                output: "\(name).out_proj"
            ),
            mask: mask
        )
    }
}

extension GraphBuilder {
    /// Linear maps with ReLU between them.
    func perceptron(_ input: Value, _ name: String, layers: Int) throws(HubError) -> Value {
        var value = input
        for layer in 0..<layers {
            value = try linear(value, "\(name).layers.\(layer)")
            if layer < layers - 1 { value = relu(value) }
        }
        return value
    }

    /// Tokens of nothing, for each picture of the batch that `tokens` is of.
    func blankTokens(_ count: Dimension, like tokens: Value) -> Value {
        let width = tokens.size(2).value ?? 1
        let zero = Tensor(vector: [Float](repeating: 0, count: width))
        return expand(reshape(constant(zero), [1, 1, .constant(width)]), [tokens.size(0), count, .constant(width)])
    }
}
