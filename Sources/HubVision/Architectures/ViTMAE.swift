// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// MAE: ViT trained to fill in the squares that it was not shown. (He et al. 2021)
///
/// Features come from a whole picture. The `reconstruction` part is the network of the training: of each picture it sees the
/// squares with the least `noise`, and draws all of them.
struct ViTMAE {
    static let architectures = ["ViTMAEForPreTraining", "ViTMAEModel"].map { name in
        Architecture(
            name: name,
            modelType: "vit_mae",
            task: .imageFeatureExtraction,
            unused: ["decoder.", "pooler.", "vit.pooler."]
        ) { g, context in
            let mae = try ViTMAE(g, context.configuration)
            if context.request.part == .reconstruction {
                try mae.reconstruct(g, context)
            } else {
                g.output("last_hidden_state", try mae.vit.states(g, context, mae.base))
            }
        }
    }

    private let vit: ViT
    private let base: String
    private let config: ModelConfiguration

    private init(_ g: GraphBuilder, _ config: ModelConfiguration) throws(HubError) {
        vit = try ViT(config)
        base = g.has("vit.embeddings.cls_token") ? "vit." : ""
        self.config = config
    }

    private func reconstruct(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: vit.channels, size: vit.size))
        let patches = try g.patches(pixels, "\(base)embeddings.patch_embeddings.projection")
        guard let count = patches.tokens.size(1).value else {
            throw HubError(.internal, "MAE was built for pictures of no fixed size")
        }
        let noise = g.input("noise", axes: [.named("batch"), .fixed(count)])
        let hidden = try config.number("mask_ratio", default: 0.75)
        guard (0..<1).contains(hidden) else { throw config.wrong("mask_ratio", "from 0 to less than 1") }
        let shown = Int(Double(count) * (1 - hidden))

        let order = ascending(g, noise)
        let places = ascending(g, order)
        let positions = try g.weight("\(base)embeddings.position_embeddings")
        let placed = g.add(patches.tokens, g.slice(positions, axis: 1, from: 1))
        var tokens = gatherTokens(g, placed, g.slice(order, axis: 1, to: .constant(shown)))
        let cls = g.add(
            try g.learnedTokens("\(base)embeddings.cls_token", like: tokens),
            g.slice(positions, axis: 1, to: 1)
        )
        tokens = g.concat([cls, tokens], axis: 1)
        for layer in 0..<vit.layers { tokens = try vit.block(g, tokens, "\(base)encoder.layer.\(layer)") }
        tokens = try g.layerNorm(tokens, "\(base)layernorm", epsilon: vit.block.epsilon)

        g.output("logits", try decode(g, tokens, places: places, hidden: count - shown))
        g.output("ids_restore", places)
        let isHidden = g.elementwise("GreaterOrEqual", places, g.vector([shown]), type: .bool)
        g.output("mask", g.cast(isHidden, to: .float32))
    }

    /// Draws all squares from those that were shown.
    private func decode(
        _ g: GraphBuilder,
        _ seen: Value,
        places: Value,
        hidden: Int
    ) throws(HubError) -> Value {
        var tokens = try g.linear(seen, "decoder.decoder_embed")
        let blank = g.expand(
            try g.weight("decoder.mask_token"),
            [tokens.size(0), .constant(hidden), tokens.size(2)]
        )
        let shuffled = g.concat([g.slice(tokens, axis: 1, from: 1), blank], axis: 1)
        tokens = g.concat([g.slice(tokens, axis: 1, to: 1), gatherTokens(g, shuffled, places)], axis: 1)
        tokens = try g.addPositions("decoder.decoder_pos_embed", to: tokens)
        var block = vit.block
        block.heads = try config.int("decoder_num_attention_heads", default: 16)
        for layer in 0..<(try config.int("decoder_num_hidden_layers", default: 8)) {
            let name = g.has("decoder.decoder_layers.\(layer).layernorm_before.weight") ? "layers" : "encoder.layer"
            tokens = try block(g, tokens, "decoder.decoder_\(name).\(layer)")
        }
        tokens = try g.layerNorm(tokens, "decoder.decoder_norm", epsilon: block.epsilon)
        return g.slice(try g.linear(tokens, "decoder.decoder_pred"), axis: 1, from: 1)
    }

    /// The indices that sort each row.
    private func ascending(_ g: GraphBuilder, _ rows: Value) -> Value {
        let sorted = g.node(
            "TopK",
            [rows, g.vector(rows.size(1))],
            ["axis": .int(1), "largest": .int(0), "sorted": .int(1)],
            outputs: [(rows.type, rows.shape), (.int64, rows.shape)]
        )
        return sorted[1]
    }

    /// Tokens of each picture by their own list of indices.
    private func gatherTokens(_ g: GraphBuilder, _ tokens: Value, _ indices: Value) -> Value {
        let shape = [indices.size(0), indices.size(1), tokens.size(2)]
        return g.node(
            "GatherElements",
            [tokens, g.expand(g.unsqueeze(indices, axis: 2), shape)],
            ["axis": .int(1)],
            shape: shape
        )
    }
}
