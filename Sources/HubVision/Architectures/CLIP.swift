// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// CLIP: pictures and texts embedded into one space. (Radford et al. 2021)
struct CLIP {
    static let architectures = [
        Architecture(name: "CLIPModel", modelType: "clip", task: .zeroShotImageClassification) { g, context in
            let clip = try CLIP(context.configuration)
            switch context.request.part {
            case .text:
                let (ids, padding) = TextTower.inputs(g)
                try clip.text(g, ids, padding, outputsStates: true)
                g.skip(prefixes: ["vision_model.", "visual_projection.", "logit_scale"])
            case .image:
                try clip.image(g, context, outputsStates: true)
                g.skip(prefixes: ["text_model.", "text_projection.", "logit_scale"])
            default:
                let image = try clip.image(g, context)
                let (ids, padding) = TextTower.inputs(g)
                let text = try clip.text(g, ids, padding)
                g.outputSimilarity(text: text, image: image, scale: try g.weight("logit_scale"))
            }
        },
        Architecture(
            name: "CLIPForImageClassification",
            modelType: "clip",
            task: .imageClassification
        ) { g, context in
            let clip = try CLIP(context.configuration)
            let states = try clip.vision.states(g, clip.vision.input(g, context)).states.last
            guard let states else { return }
            g.output("logits", try g.linear(g.mean(g.slice(states, axis: 1, from: 1), axes: [1]), "classifier"))
            g.skip(prefixes: ["vision_model.post_layernorm."])
        },
        features("CLIPVisionModel", modelType: "clip"),
        features("CLIPVisionModel", modelType: "clip_vision_model"),
        features("CLIPVisionModelWithProjection", modelType: "clip_vision_model"),
    ]

    private static func features(_ name: String, modelType: String) -> Architecture {
        Architecture(
            name: name,
            modelType: modelType,
            task: .imageFeatureExtraction,
            unused: ["text_model.", "text_projection.", "logit_scale"]
        ) { g, context in
            let config = context.configuration
            let vision = config.has("vision_config") ? try config.object("vision_config") : config
            let tower = try ImageTower(vision, "vision_model.", firstNorm: "pre_layrnorm")
            let clip = CLIP(vision: tower, text: nil, end: nil)
            try clip.image(g, context, outputsStates: true)
        }
    }

    let vision: ImageTower
    let text: TextTower?
    /// The token that ends a text, where the configuration names it rightly.
    let end: Int?

    private init(vision: ImageTower, text: TextTower?, end: Int?) {
        self.vision = vision
        self.text = text
        self.end = end
    }

    /// - Parameter base: what names of tensors begin with.
    init(_ config: ModelConfiguration, _ base: String = "") throws(HubError) {
        let text = try config.object("text_config")
        self.text = try TextTower(text, "\(base)text_model.")
        end = try Self.end(text)
        let visionConfig = try config.object("vision_config")
        vision = try ImageTower(visionConfig, "\(base)vision_model.", firstNorm: "pre_layrnorm")
    }

    /// Configurations from before the end token mattered all say 2.
    static func end(_ text: ModelConfiguration) throws(HubError) -> Int? {
        let end = try text.int("eos_token_id", default: 49_407, in: 0...ModelConfiguration.limit)
        return end == 2 ? nil : end
    }

    /// The embedding of each picture, as an output too.
    @discardableResult
    private func image(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        outputsStates: Bool = false
    ) throws(HubError) -> Value {
        let pixels = vision.input(g, context, batch: "images")
        let states = try vision.states(g, pixels).states.last ?? pixels
        let pooled = try vision.normalized(g, g.firstToken(states))
        if outputsStates {
            g.output("last_hidden_state", states)
            g.output("pooler_output", pooled)
        }
        guard g.has("visual_projection.weight") else { return pooled }
        let embedding = g.normalizeL2(try g.linear(pooled, "visual_projection"))
        g.output("image_embeds", embedding)
        return embedding
    }

    /// The embedding of each text, as an output too.
    @discardableResult
    private func text(
        _ g: GraphBuilder,
        _ ids: Value,
        _ padding: Value,
        outputsStates: Bool = false
    ) throws(HubError) -> Value {
        guard let text else { return ids }
        let states = try text.states(g, ids: ids, padding: padding)
        let pooled = text.pooled(g, states, ids: ids, end: end)
        if outputsStates {
            g.output("last_hidden_state", states)
            g.output("pooler_output", pooled)
        }
        let embedding = g.normalizeL2(try g.linear(pooled, "text_projection"))
        g.output("text_embeds", embedding)
        return embedding
    }
}

extension GraphBuilder {
    /// Declares how alike each picture and each text are.
    func outputSimilarity(text: Value, image: Value, scale: Value, bias: Value? = nil) {
        let cosine = matmul(text, image, transposingRight: true)
        var logits = multiply(cosine, exp(scale))
        if let bias { logits = add(logits, bias) }
        output("logits_per_text", logits)
        output("logits_per_image", transpose(logits, [1, 0]))
    }
}
