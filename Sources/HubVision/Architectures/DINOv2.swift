// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// DINOv2: ViT trained without labels, with scaled residuals and, in its largest size, gated feeding forward.
/// (Oquab et al. 2023; with registers: Darcet et al. 2023)
struct DINOv2 {
    static let architectures =
        family("Dinov2", modelType: "dinov2", base: "dinov2.")
        + family("Dinov2WithRegisters", modelType: "dinov2_with_registers", base: "dinov2_with_registers.")

    private static func family(_ name: String, modelType: String, base: String) -> [Architecture] {
        [
            Architecture(
                name: "\(name)ForImageClassification",
                modelType: modelType,
                task: .imageClassification,
                unused: ["\(base)embeddings.mask_token"]
            ) { g, context in
                let dino = try DINOv2(g, context.configuration, base)
                let states = try dino.states(g, context)
                let squares = g.slice(states, axis: 1, from: .constant(dino.firstSquare))
                let pooled = g.concat([g.firstToken(states), g.mean(squares, axes: [1])], axis: 1)
                g.output("logits", try g.linear(pooled, "classifier"))
            },
            Architecture(
                name: "\(name)Model",
                modelType: modelType,
                task: .imageFeatureExtraction,
                unused: ["classifier.", "\(base)embeddings.mask_token", "embeddings.mask_token"]
            ) { g, context in
                let prefix = g.has("\(base)embeddings.cls_token") ? base : ""
                let states = try DINOv2(g, context.configuration, prefix).states(g, context)
                g.output("last_hidden_state", states)
                g.output("pooler_output", g.firstToken(states))
            },
        ]
    }

    let base: String
    let layers: Int
    let channels: Int
    let block: TransformerBlock
    /// Where the squares' tokens begin: after the class token and registers.
    let firstSquare: Int

    init(_ g: GraphBuilder, _ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        layers = try config.int("num_hidden_layers", default: 12)
        channels = try config.int("num_channels", default: 3)
        let registers = "\(base)embeddings.register_tokens"
        firstSquare = 1 + (g.has(registers) ? try g.weight(registers).size(1).value ?? 0 : 0)
        var names = TransformerBlock.Names(
            attentionNorm: "norm1",
            attentionScale: "layer_scale1.lambda1",
            forwardNorm: "norm2",
            first: "mlp.fc1",
            second: "mlp.fc2",
            forwardScale: "layer_scale2.lambda1"
        )
        if try config.bool("use_swiglu_ffn", default: false) {
            names.gated = "mlp.weights_in"
            names.second = "mlp.weights_out"
        }
        block = TransformerBlock(
            names: names,
            heads: try config.int("num_attention_heads", default: 12),
            epsilon: try config.number("layer_norm_eps", default: 1e-6),
            activation: try config.activation("hidden_act", default: "gelu")
        )
    }

    /// The normalized states of all tokens.
    func states(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
        let last = try stages(g, pixels).states.last
        return try normalized(g, last ?? pixels)
    }

    func normalized(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        try g.layerNorm(states, "\(base)layernorm", epsilon: block.epsilon)
    }

    /// The states before the first block and after each, and the grid of squares.
    func stages(
        _ g: GraphBuilder,
        _ pixels: Value
    ) throws(HubError) -> (states: [Value], rows: Dimension, columns: Dimension) {
        let patches = try g.patches(pixels, "\(base)embeddings.patch_embeddings.projection")
        var tokens = try g.prepend(["\(base)embeddings.cls_token"], to: patches.tokens)
        tokens = try g.addPositions(
            "\(base)embeddings.position_embeddings",
            to: tokens,
            after: 1,
            rows: patches.rows,
            columns: patches.columns
        )
        if firstSquare > 1 {
            let registers = try g.learnedTokens("\(base)embeddings.register_tokens", like: tokens)
            tokens = g.concat([g.slice(tokens, axis: 1, to: 1), registers, g.slice(tokens, axis: 1, from: 1)], axis: 1)
        }
        var states = [tokens]
        for layer in 0..<layers {
            tokens = try block(g, tokens, "\(base)encoder.layer.\(layer)")
            states.append(tokens)
        }
        return (states, patches.rows, patches.columns)
    }
}
