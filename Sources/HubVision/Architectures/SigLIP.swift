// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// SigLIP: CLIP whose pairs are judged one by one, with an attention that pools pictures. (Zhai et al. 2023)
struct SigLIP {
    static let architectures = [
        Architecture(name: "SiglipModel", modelType: "siglip", task: .zeroShotImageClassification) { g, context in
            let siglip = try SigLIP(context.configuration)
            switch context.request.part {
            case .text:
                let states = try siglip.text(g)
                g.output("last_hidden_state", states)
                g.output("text_embeds", try siglip.textEmbedding(g, states))
                g.skip(prefixes: ["vision_model.", "logit_scale", "logit_bias"])
            case .image:
                let states = try siglip.image(g, context)
                g.output("last_hidden_state", states)
                let pooled = try siglip.pool(g, states)
                g.output("pooler_output", pooled)
                g.output("image_embeds", g.normalizeL2(pooled))
                g.skip(prefixes: ["text_model.", "logit_scale", "logit_bias"])
            default:
                let image = g.normalizeL2(try siglip.pool(g, siglip.image(g, context)))
                let text = try siglip.textEmbedding(g, siglip.text(g))
                g.output("image_embeds", image)
                g.output("text_embeds", text)
                let (scale, bias) = (try g.weight("logit_scale"), try g.weight("logit_bias"))
                g.outputSimilarity(text: text, image: image, scale: scale, bias: bias)
            }
        },
        Architecture(
            name: "SiglipForImageClassification",
            modelType: "siglip",
            task: .imageClassification,
            unused: ["vision_model.head."]
        ) { g, context in
            let states = try SigLIP(context.configuration).image(g, context)
            g.output("logits", try g.linear(g.mean(states, axes: [1]), "classifier"))
        },
        features(modelType: "siglip"),
        features(modelType: "siglip_vision_model"),
    ]

    private static func features(modelType: String) -> Architecture {
        Architecture(
            name: "SiglipVisionModel",
            modelType: modelType,
            task: .imageFeatureExtraction,
            unused: ["text_model.", "logit_scale", "logit_bias"]
        ) { g, context in
            let siglip = try SigLIP(context.configuration)
            let states = try siglip.image(g, context)
            g.output("last_hidden_state", states)
            if g.has("vision_model.head.probe") { g.output("pooler_output", try siglip.pool(g, states)) }
        }
    }

    private let vision: ImageTower
    private let textTower: TextTower

    private init(_ config: ModelConfiguration) throws(HubError) {
        let visionConfig = config.has("vision_config") ? try config.object("vision_config") : config
        let activation = "gelu_pytorch_tanh"
        vision = try ImageTower(
            visionConfig,
            "vision_model.",
            firstNorm: nil,
            activation: activation,
            epsilon: 1e-6
        )
        textTower = try TextTower(
            config.object("text_config"),
            "text_model.",
            isCausal: false,
            heads: 12,
            activation: activation,
            epsilon: 1e-6
        )
    }

    private func image(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = vision.input(g, context, batch: "images")
        return try vision.normalized(g, vision.states(g, pixels).states.last ?? pixels)
    }

    private func text(_ g: GraphBuilder) throws(HubError) -> Value {
        let (ids, padding) = TextTower.inputs(g)
        return try textTower.states(g, ids: ids, padding: padding)
    }

    /// Texts are padded to a fixed length, and the last token stands for all.
    private func textEmbedding(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        g.normalizeL2(try g.linear(g.select(states, axis: 1, at: -1), "text_model.head"))
    }

    /// One learned query looks at all squares.
    private func pool(_ g: GraphBuilder, _ states: Value) throws(HubError) -> Value {
        let name = "vision_model.head"
        let probe = try g.learnedTokens("\(name).probe", like: states)
        let read = try g.packedAttention(probe, states, "\(name).attention", heads: vision.block.heads)
        let normal = try g.layerNorm(read, "\(name).layernorm", epsilon: vision.block.epsilon)
        let fed = try g.feedForward(normal, "\(name).mlp.fc1", "\(name).mlp.fc2", vision.block.activation)
        return g.firstToken(g.add(read, fed))
    }
}
