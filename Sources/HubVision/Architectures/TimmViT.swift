// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ViT and DeiT as timm stores them.
struct TimmViT {
    static let architectures = [
        Architecture(
            name: "timm ViT",
            timm: ["vit_", "deit_", "deit3_", "test_vit"],
            task: .imageClassification
        ) { g, context in
            let timm = try TimmModel(g, context)
            let vit = try TimmViT(g, timm)
            g.output("logits", try vit.classify(g, vit.states(g, context)))
        },
        Architecture(
            name: "timm ViT",
            timm: ["vit_", "deit_", "deit3_", "test_vit"],
            task: .imageFeatureExtraction,
            unused: ["head.", "head_dist."]
        ) { g, context in
            let timm = try TimmModel(g, context)
            let vit = try TimmViT(g, timm)
            let states = try vit.states(g, context)
            g.output("last_hidden_state", states)
            g.output("pooler_output", try vit.pool(g, states))
        },
    ]

    private let base: String
    private let averages: Bool
    /// Tokens before the squares.
    private let learned: [String]
    private let block: TransformerBlock
    private let layers: Int
    private let size: (height: Int, width: Int)?

    private init(_ g: GraphBuilder, _ timm: TimmModel) throws(HubError) {
        base = timm.base
        size = timm.size
        guard !timm.name.contains("siglip") else {
            throw HubError(.unsupported, "The architecture \(timm.name) of timm is not supported")
        }
        let base = timm.base
        // What config.json says of pooling is not what timm builds by; the kind of network is.
        let usual = g.has("\(base)fc_norm.weight") || timm.name.contains("_gap") ? "avg" : "token"
        averages = try timm.arguments.string("global_pool", default: usual) == "avg"
        learned = ["cls_token", "dist_token", "reg_token"].map { base + $0 }.filter { g.has($0) }
        layers = g.weights.count(of: "\(base)blocks.")
        let width = try g.weights.shape("\(base)patch_embed.proj.weight").first ?? 0
        let first = "\(base)blocks.0"
        let isClip = timm.name.contains("_clip_")
        block = TransformerBlock(
            names: TransformerBlock.Names(
                attentionNorm: "norm1",
                fused: "attn.qkv",
                output: "attn.proj",
                attentionScale: g.has("\(first).ls1.gamma") ? "ls1.gamma" : nil,
                forwardNorm: "norm2",
                first: "mlp.fc1",
                second: "mlp.fc2",
                forwardScale: g.has("\(first).ls2.gamma") ? "ls2.gamma" : nil
            ),
            heads: try timm.arguments.int("num_heads", default: Self.heads(timm.name, width: width)),
            epsilon: isClip ? 1e-5 : 1e-6,
            activation: timm.name.contains("quickgelu") ? .quickGelu : .gelu
        )
    }

    /// How timm divides a width, which is no part of a checkpoint.
    private static func heads(_ name: String, width: Int) -> Int {
        if name.hasPrefix("test_vit") { return 2 }
        if name.hasPrefix("vit_base_patch16_gap") { return 16 }
        if width == 1536 { return 24 }
        return width >= 1152 ? 16 : max(width / 64, 1)
    }

    private func states(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: 3, size: size))
        let patches = try g.patches(pixels, "\(base)patch_embed.proj")
        let positions = "\(base)pos_embed"
        // In later kinds only the squares have positions.
        let squares = try g.weights.shape(positions).dropFirst().first
        var tokens: Value
        if let squares, patches.tokens.size(1) == .constant(squares) {
            tokens = try g.prepend(learned, to: g.addPositions(positions, to: patches.tokens))
        } else {
            tokens = try g.addPositions(positions, to: g.prepend(learned, to: patches.tokens))
        }
        if g.has("\(base)norm_pre.weight") {
            tokens = try g.layerNorm(tokens, "\(base)norm_pre", epsilon: block.epsilon)
        }
        for layer in 0..<layers { tokens = try block(g, tokens, "\(base)blocks.\(layer)") }
        guard g.has("\(base)norm.weight") else { return tokens }
        return try g.layerNorm(tokens, "\(base)norm", epsilon: block.epsilon)
    }

    private func pool(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        let squares = g.slice(states, axis: 1, from: .constant(learned.count))
        let pooled = averages ? g.mean(squares, axes: [1]) : g.firstToken(states)
        guard g.has("\(base)fc_norm.weight") else { return pooled }
        return try g.layerNorm(pooled, "\(base)fc_norm", epsilon: block.epsilon)
    }

    private func classify(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        guard g.has("\(base)head_dist.weight") else { return try g.linear(pool(g, states), "\(base)head") }
        let own = try g.linear(g.firstToken(states), "\(base)head")
        let teacher = try g.linear(g.select(states, axis: 1, at: 1), "\(base)head_dist")
        return g.multiply(g.add(own, teacher), 0.5)
    }
}
