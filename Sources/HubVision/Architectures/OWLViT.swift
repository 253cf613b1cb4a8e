// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// OWL-ViT: CLIP whose squares each propose a box, and a class by what it looks like. (Minderer et al. 2022)
///
/// The texts of a run are shared out evenly among its pictures. The `image` part gives boxes, embeddings and how to judge
/// them, for queries by picture; the `text` part gives embeddings of texts.
struct OWLViT {
    static let architectures = [
        Architecture(
            name: "OwlViTForObjectDetection",
            modelType: "owlvit",
            task: .zeroShotObjectDetection,
            unused: ["owlvit.logit_scale", "owlvit.visual_projection.", "box_bias"]
        ) { g, context in
            let owl = try OWLViT(context.configuration)
            switch context.request.part {
            case .text:
                let (ids, padding) = TextTower.inputs(g)
                g.output("text_embeds", try owl.text(g, ids, padding))
                g.skip(prefixes: ["owlvit.vision_model.", "layer_norm.", "class_head.", "box_head."])
            case .image:
                let seen = try owl.image(g, context)
                g.output("class_embeds", try g.linear(seen, "class_head.dense0"))
                g.output("logit_shift", try g.linear(seen, "class_head.logit_shift"))
                g.output("logit_scale", try owl.scale(g, seen))
                g.output("pred_boxes", try owl.boxes(g, seen))
                g.skip(prefixes: ["owlvit.text_model.", "owlvit.text_projection."])
            default:
                let seen = try owl.image(g, context)
                let (ids, padding) = TextTower.inputs(g)
                try owl.judge(g, seen, texts: owl.text(g, ids, padding), ids: ids)
                g.output("pred_boxes", try owl.boxes(g, seen))
            }
        }
    ]

    private let vision: ImageTower
    private let textTower: TextTower
    private let side: Int

    private init(_ config: ModelConfiguration) throws(HubError) {
        let visionConfig = try config.object("vision_config")
        var vision = try ImageTower(
            visionConfig,
            "owlvit.vision_model.",
            firstNorm: "pre_layernorm",
            size: 768
        )
        // What is added to the boxes belongs to the squares of one size.
        vision.interpolates = false
        self.vision = vision
        textTower = try TextTower(config.object("text_config"), "owlvit.text_model.")
        side = try visionConfig.int("patch_size", default: 32)
    }

    /// What each square looks like, seen together with the whole.
    private func image(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = vision.input(g, context, batch: "images")
        let last = try vision.states(g, pixels).states.last ?? pixels
        let states = try vision.normalized(g, last)
        let merged = g.multiply(g.slice(states, axis: 1, from: 1), g.slice(states, axis: 1, to: 1))
        return try g.layerNorm(merged, "layer_norm", epsilon: vision.block.epsilon)
    }

    /// The embedding of each text, of length 1.
    private func text(_ g: GraphBuilder, _ ids: Value, _ padding: Value) throws(HubError) -> Value {
        let states = try textTower.states(g, ids: ids, padding: padding)
        let pooled = textTower.pooled(g, states, ids: ids, end: nil)
        return g.normalizeL2(try g.linear(pooled, "owlvit.text_projection"))
    }

    private func scale(_ g: GraphBuilder, _ seen: Value) throws(HubError) -> Value {
        g.add(g.activate(try g.linear(seen, "class_head.logit_scale"), .elu), 1)
    }

    /// Declares how well each text fits each square.
    private func judge(_ g: GraphBuilder, _ seen: Value, texts: Value, ids: Value) throws(HubError) {
        let batch = seen.size(0)
        let count = texts.size(0) / batch
        let queries = g.reshape(texts, [batch, count, texts.size(1)])
        let embeddings = normalized(g, try g.linear(seen, "class_head.dense0"))
        let cosine = g.matmul(embeddings, normalized(g, queries), transposingRight: true)
        let shifted = g.add(cosine, try g.linear(seen, "class_head.logit_shift"))
        let logits = g.multiply(shifted, try scale(g, seen))
        // A text that begins with token 0 is only there to fill up.
        let first = g.reshape(g.slice(ids, axis: 1, to: 1), [batch, 1, count])
        let isText = g.elementwise("Greater", first, g.constant(Tensor(scalar: Int64(0))), type: .bool)
        let lowest = g.scalar(-.greatestFiniteMagnitude)
        g.output("logits", g.choose(where: isText, logits, else: lowest))
        g.output("class_embeds", embeddings)
        g.output("text_embeds", queries)
    }

    private func normalized(_ g: GraphBuilder, _ value: Value) -> Value {
        g.divide(value, g.add(g.reduce("ReduceL2", value, axes: [-1], keepingAxes: true), 1e-6))
    }

    /// A box around each square, moved and stretched: centre, width and height, relative to the picture.
    private func boxes(_ g: GraphBuilder, _ seen: Value) throws(HubError) -> Value {
        var hidden = try g.linear(seen, "box_head.dense0")
        hidden = try g.linear(g.activate(hidden, .gelu), "box_head.dense1")
        let drawn = try g.linear(g.activate(hidden, .gelu), "box_head.dense2")
        let (rows, columns) = (vision.size.height / max(side, 1), vision.size.width / max(side, 1))
        func odds(_ share: Float) -> Float { log(share + 1e-4) - log1p(-share + 1e-4) }
        var biases: [Float] = []
        for row in 1...max(rows, 1) {
            for column in 1...max(columns, 1) {
                biases += [
                    odds(Float(column) / Float(columns)), odds(Float(row) / Float(rows)), odds(1 / Float(columns)),
                    odds(1 / Float(rows)),
                ]
            }
        }
        guard let bias = Tensor(biases, shape: [rows * columns, 4]), seen.size(1) == .constant(rows * columns) else {
            throw HubError(.unprocessable, "config.json: image_size and patch_size of the vision_config do not fit")
        }
        return g.sigmoid(g.add(drawn, g.constant(bias)))
    }
}
