// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// BEiT and Data2Vec: ViT with biases by relative position and scaled residuals. (Bao et al. 2021)
struct BEiT {
    static let architectures =
        family("Beit", modelType: "beit", base: "beit.")
        + family("Data2VecVision", modelType: "data2vec-vision", base: "data2vec_vision.")

    private static func family(_ name: String, modelType: String, base: String) -> [Architecture] {
        [
            Architecture(
                name: "\(name)ForImageClassification",
                modelType: modelType,
                task: .imageClassification,
                unused: ["\(base)embeddings.mask_token"]
            ) { g, context in
                let beit = try BEiT(g, context.configuration, base)
                let pooled = try beit.pool(g, beit.states(g, context))
                g.output("logits", try g.linear(pooled, "classifier"))
            },
            Architecture(
                name: "\(name)Model",
                modelType: modelType,
                task: .imageFeatureExtraction,
                unused: ["classifier.", "\(base)embeddings.mask_token", "embeddings.mask_token"]
            ) { g, context in
                let prefix = g.has("\(base)embeddings.cls_token") ? base : ""
                let beit = try BEiT(g, context.configuration, prefix)
                let states = try beit.states(g, context)
                g.output("last_hidden_state", states)
                g.output("pooler_output", try beit.pool(g, states))
            },
        ]
    }

    private let base: String
    private let size: (height: Int, width: Int)
    private let channels: Int
    private let layers: Int
    private let poolsByMean: Bool
    private let block: TransformerBlock

    private init(_ g: GraphBuilder, _ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        size = try config.size("image_size", default: 224)
        channels = try config.int("num_channels", default: 3)
        layers = try config.int("num_hidden_layers", default: 12)
        poolsByMean = try config.bool("use_mean_pooling", default: true)
        var names = TransformerBlock.Names.vit
        if g.has("\(base)encoder.layer.0.lambda_1") {
            names.attentionScale = "lambda_1"
            names.forwardScale = "lambda_2"
        }
        block = TransformerBlock(
            names: names,
            heads: try config.int("num_attention_heads", default: 12),
            epsilon: try config.number("layer_norm_eps", default: 1e-12),
            activation: try config.activation("hidden_act", default: "gelu")
        )
    }

    /// The states of all tokens, the class token's first; normalized unless their mean will be.
    private func states(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels, size: size))
        let patches = try g.patches(pixels, "\(base)embeddings.patch_embeddings.projection")
        var tokens = try g.prepend(["\(base)embeddings.cls_token"], to: patches.tokens)
        if g.has("\(base)embeddings.position_embeddings") {
            tokens = try g.addPositions("\(base)embeddings.position_embeddings", to: tokens)
        }
        guard let rows = patches.rows.value, let columns = patches.columns.value else {
            throw HubError(.internal, "BEiT was built for pictures of no fixed size")
        }
        let grid = RelativePositions(rows: rows, columns: columns, classToken: true)
        let suffix = "relative_position_bias.relative_position_bias_table"
        let shared = "\(base)encoder.\(suffix)"
        for layer in 0..<layers {
            let name = "\(base)encoder.layer.\(layer)"
            let own = "\(name).attention.attention.\(suffix)"
            var mask = AttentionMask.none
            if g.has(own) {
                mask.bias = try grid.bias(g, own, heads: block.heads)
            } else if g.has(shared) {
                mask.bias = try grid.bias(g, shared, heads: block.heads)
            }
            tokens = try block(g, tokens, name, mask: mask)
        }
        guard !poolsByMean else { return tokens }
        return try g.layerNorm(tokens, "\(base)layernorm", epsilon: block.epsilon)
    }

    private func pool(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        guard poolsByMean else { return g.firstToken(states) }
        let mean = g.mean(g.slice(states, axis: 1, from: 1), axes: [1])
        return try g.layerNorm(mean, "\(base)pooler.layernorm", epsilon: block.epsilon)
    }
}
