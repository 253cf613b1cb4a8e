// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The block that most transformers are made of: normalize, attend, add; normalize, feed forward, add.
struct TransformerBlock {
    /// Names of its tensors, within the block's own.
    struct Names {
        var attentionNorm = "layernorm_before"
        var query = "attention.attention.query"
        var key = "attention.attention.key"
        var value = "attention.attention.value"
        /// Query, key and value in one, where they are.
        var fused: String?
        var output = "attention.output.dense"
        /// Factors for what attention adds, where the block has them.
        var attentionScale: String?
        var forwardNorm = "layernorm_after"
        var first = "intermediate.dense"
        /// Instead of `first`, a map to twice the width whose one half opens the gates of the other.
        var gated: String?
        var second = "output.dense"
        /// Factors for what feeding forward adds, where the block has them.
        var forwardScale: String?

        /// As in ViT.
        static let vit = Names()

        /// As in CLIP.
        static let clip = Names(
            attentionNorm: "layer_norm1",
            query: "self_attn.q_proj",
            key: "self_attn.k_proj",
            value: "self_attn.v_proj",
            output: "self_attn.out_proj",
            forwardNorm: "layer_norm2",
            first: "mlp.fc1",
            second: "mlp.fc2"
        )
    }

    var names = Names.vit
    var heads: Int
    var epsilon: Double
    var activation: Activation

    func callAsFunction(
        _ g: GraphBuilder,
        _ input: Value,
        _ name: String,
        mask: AttentionMask = .none
    ) throws(HubError) -> Value {
        let normal = try g.layerNorm(input, "\(name).\(names.attentionNorm)", epsilon: epsilon)
        let read = try attend(g, normal, name, mask)
        let attended = g.add(try scaled(g, read, by: names.attentionScale, name), input)
        let again = try g.layerNorm(attended, "\(name).\(names.forwardNorm)", epsilon: epsilon)
        let fed = try feedForward(g, again, name)
        return g.add(try scaled(g, fed, by: names.forwardScale, name), attended)
    }

    private func attend(
        _ g: GraphBuilder,
        _ input: Value,
        _ name: String,
        _ mask: AttentionMask
    ) throws(HubError) -> Value {
        guard let fused = names.fused else {
            return try g.attention(
                input,
                heads: heads,
                names: .init(
                    query: "\(name).\(names.query)",
                    key: "\(name).\(names.key)",
                    value: "\(name).\(names.value)",
                    output: "\(name).\(names.output)"
                ),
                mask: mask
            )
        }
        let all = try g.linear(input, "\(name).\(fused)")
        let width = (all.size(-1).value ?? 0) / 3
        let parts = g.split(all, axis: -1, sizes: [width, width, width])
        let read = try g.attention(query: parts[0], key: parts[1], value: parts[2], heads: heads, mask: mask)
        return try g.linear(read, "\(name).\(names.output)")
    }

    private func feedForward(_ g: GraphBuilder, _ input: Value, _ name: String) throws(HubError) -> Value {
        guard let gated = names.gated else {
            return try g.feedForward(input, "\(name).\(names.first)", "\(name).\(names.second)", activation)
        }
        let both = try g.linear(input, "\(name).\(gated)")
        let width = (both.size(-1).value ?? 0) / 2
        let parts = g.split(both, axis: -1, sizes: [width, width])
        return try g.linear(g.multiply(g.activate(parts[0], .silu), parts[1]), "\(name).\(names.second)")
    }

    private func scaled(
        _ g: GraphBuilder,
        _ value: Value,
        by factors: String?,
        _ name: String
    ) throws(HubError) -> Value {
        guard let factors else { return value }
        return g.multiply(value, try g.weight("\(name).\(factors)", shape: value.size(-1).value.map { [$0] }))
    }
}
