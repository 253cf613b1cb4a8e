// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ViT: a plain transformer over the squares of a picture. (Dosovitskiy et al. 2020)
struct ViT {
    static let architectures = [
        Architecture(
            name: "ViTForImageClassification",
            modelType: "vit",
            task: .imageClassification,
            unused: ["vit.pooler."]
        ) { g, context in
            let states = try ViT(context).states(g, context, "vit.")
            g.output("logits", try g.linear(g.firstToken(states), "classifier"))
        },
        Architecture(
            name: "ViTModel",
            modelType: "vit",
            task: .imageFeatureExtraction,
            unused: ["classifier.", "embeddings.mask_token", "vit.embeddings.mask_token", "decoder."]
        ) { g, context in
            let base = g.has("vit.embeddings.cls_token") ? "vit." : ""
            try ViT(context).features(g, context, base)
        },
    ]

    /// Of the pictures that positions were learned on.
    let size: (height: Int, width: Int)
    let channels: Int
    let layers: Int
    let block: TransformerBlock

    init(_ context: NetworkContext) throws(HubError) { try self.init(context.configuration) }

    init(_ config: ModelConfiguration) throws(HubError) {
        size = try config.size("image_size", default: 224)
        channels = try config.int("num_channels", default: 3)
        layers = try config.int("num_hidden_layers", default: 12)
        block = TransformerBlock(
            heads: try config.int("num_attention_heads", default: 12),
            epsilon: try config.number("layer_norm_eps", default: 1e-12),
            activation: try config.activation("hidden_act", default: "gelu")
        )
    }

    /// The normalized states of all tokens, learned ones first.
    func states(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        _ base: String,
        learned: [String] = ["cls_token"]
    ) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
        let patches = try g.patches(pixels, "\(base)embeddings.patch_embeddings.projection")
        var tokens = try g.prepend(learned.map { "\(base)embeddings.\($0)" }, to: patches.tokens)
        tokens = try g.addPositions(
            "\(base)embeddings.position_embeddings",
            to: tokens,
            after: learned.count,
            rows: patches.rows,
            columns: patches.columns
        )
        for layer in 0..<layers { tokens = try block(g, tokens, "\(base)encoder.layer.\(layer)") }
        return try g.layerNorm(tokens, "\(base)layernorm", epsilon: block.epsilon)
    }

    /// Declares the states, and the pooled one where the checkpoint has a pooler, as outputs.
    func features(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        _ base: String,
        learned: [String] = ["cls_token"]
    ) throws(HubError) {
        let states = try states(g, context, base, learned: learned)
        g.output("last_hidden_state", states)
        guard g.has("\(base)pooler.dense.weight") else { return }
        let activation = try context.configuration.activation("pooler_act", default: "tanh")
        g.output("pooler_output", g.activate(try g.linear(g.firstToken(states), "\(base)pooler.dense"), activation))
    }
}
