// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// CLIPSeg: masks of what a text or a picture describes. (Lüddecke and Ecker 2021)
///
/// One picture may go with many texts. The `conditioned` part takes embeddings instead of texts, which the `text` and
/// `image` parts give.
struct CLIPSeg {
    static let architectures = [
        Architecture(
            name: "CLIPSegForImageSegmentation",
            modelType: "clipseg",
            task: .zeroShotImageSegmentation,
            unused: ["clip.logit_scale"]
        ) { g, context in
            let seg = try CLIPSeg(context.configuration)
            switch context.request.part {
            case .text:
                g.output("conditional_embeddings", try seg.text(g))
                g.skip(prefixes: ["clip.vision_model.", "clip.visual_projection.", "decoder."])
            case .image:
                g.output("conditional_embeddings", try seg.image(g, context))
                g.skip(prefixes: ["clip.text_model.", "clip.text_projection.", "decoder."])
            case .conditioned:
                let width = try g.weights.shape("decoder.film_mul.weight").last ?? 0
                let axes: [TensorPort.Axis] = [.named("texts"), .fixed(width)]
                try seg.segment(g, context, by: g.input("conditional_embeddings", axes: axes))
                g.skip(prefixes: ["clip.text_", "clip.visual_projection.", "clip.vision_model.post_layernorm."])
            default:
                let embeddings = try seg.text(g)
                g.output("conditional_embeddings", embeddings)
                try seg.segment(g, context, by: embeddings)
                g.skip(prefixes: ["clip.visual_projection.", "clip.vision_model.post_layernorm."])
            }
        }
    ]

    private let config: ModelConfiguration
    private let clip: CLIP
    private let layers: [Int]

    private init(_ config: ModelConfiguration) throws(HubError) {
        self.config = config
        clip = try CLIP(config, "clip.")
        layers = try config.ints("extract_layers", default: [3, 6, 9], in: 0...ModelConfiguration.limit)
    }

    private func text(_ g: GraphBuilder) throws(HubError) -> Value {
        let (ids, padding) = TextTower.inputs(g)
        guard let tower = clip.text else { return ids }
        let states = try tower.states(g, ids: ids, padding: padding)
        return try g.linear(tower.pooled(g, states, ids: ids, end: clip.end), "clip.text_projection")
    }

    private func image(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: clip.vision.channels))
        let states = try clip.vision.states(g, pixels).states.last ?? pixels
        return try g.linear(clip.vision.normalized(g, g.firstToken(states)), "clip.visual_projection")
    }

    /// Declares the mask of what each embedding stands for.
    private func segment(_ g: GraphBuilder, _ context: NetworkContext, by embeddings: Value) throws(HubError) {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: clip.vision.channels))
        guard let deepest = layers.max(), deepest < clip.vision.layers else {
            throw config.wrong("extract_layers", "numbers of layers of the vision_config")
        }
        let seen = try clip.vision.states(g, pixels, layers: deepest + 1)
        let name = "clip.vision_model.encoder.layers."
        g.skip(prefixes: (0..<g.weights.count(of: name)).dropFirst(deepest + 1).map { "\(name)\($0)." })
        var tokens: Value?
        for (index, layer) in layers.reversed().enumerated() {
            var state = try g.linear(seen.states[layer + 1], "decoder.reduces.\(index)")
            if let tokens { state = g.add(tokens, state) }
            if try index == config.int("conditional_layer", default: 0, in: 0...1024) {
                let factor = g.unsqueeze(try g.linear(embeddings, "decoder.film_mul"), axis: 1)
                let shift = g.unsqueeze(try g.linear(embeddings, "decoder.film_add"), axis: 1)
                state = g.add(g.multiply(factor, state), shift)
            }
            tokens = try block(g, state, "decoder.layers.\(index)")
        }
        guard let tokens else { throw config.wrong("extract_layers", "at least one layer") }
        let squares = g.slice(tokens, axis: 1, from: 1)
        let mask = try enlarge(g, g.map(fromTokens: squares, height: seen.rows, width: seen.columns))
        g.output("logits", g.reshape(mask, [mask.size(0), mask.size(2), mask.size(3)]))
    }

    /// A transformer's block that normalizes after each part.
    private func block(_ g: GraphBuilder, _ tokens: Value, _ name: String) throws(HubError) -> Value {
        let names = TransformerBlock.Names.clip
        let epsilon = clip.vision.block.epsilon
        let read = try g.attention(
            tokens,
            heads: config.int("decoder_num_attention_heads", default: 4),
            names: .init(
                query: "\(name).\(names.query)",
                key: "\(name).\(names.key)",
                value: "\(name).\(names.value)",
                output: "\(name).\(names.output)"
            )
        )
        let attended = try g.layerNorm(g.add(tokens, read), "\(name).layer_norm1", epsilon: epsilon)
        let fed = try g.feedForward(attended, "\(name).mlp.fc1", "\(name).mlp.fc2", .relu)
        return try g.layerNorm(g.add(attended, fed), "\(name).layer_norm2", epsilon: epsilon)
    }

    /// From a map of squares to one of pixels.
    private func enlarge(_ g: GraphBuilder, _ map: Value) throws(HubError) -> Value {
        let name = "decoder.transposed_convolution"
        guard g.has("\(name).0.weight") else { return try g.upsamplingConvolution(map, name) }
        let refined = g.relu(try g.convolution(map, "\(name).0", padding: .all(1)))
        let larger = g.relu(try g.upsamplingConvolution(refined, "\(name).2"))
        return try g.upsamplingConvolution(larger, "\(name).4")
    }
}
