// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// YOLOS: ViT with tokens for objects behind those for squares. (Fang et al. 2021)
struct YOLOS {
    static let architectures = [
        Architecture(
            name: "YolosForObjectDetection",
            modelType: "yolos",
            task: .objectDetection,
            unused: ["vit.pooler."]
        ) { g, context in
            let yolos = try YOLOS(context.configuration)
            let states = try yolos.states(g, context)
            let found = g.slice(states, axis: 1, from: states.size(1) - .constant(yolos.count))
            g.output("logits", try g.perceptron(found, "class_labels_classifier", layers: 3))
            g.output("pred_boxes", g.sigmoid(try g.perceptron(found, "bbox_predictor", layers: 3)))
            g.output("last_hidden_state", states)
        }
    ]

    private let vit: ViT
    /// How many objects it looks for.
    private let count: Int
    /// The size of pictures that positions were learned on.
    private let size: (height: Int, width: Int)
    private let placesBetween: Bool

    private init(_ config: ModelConfiguration) throws(HubError) {
        vit = try ViT(config)
        count = try config.int("num_detection_tokens", default: 100)
        size = config.has("image_size") ? try config.size("image_size") : (512, 864)
        placesBetween = try config.bool("use_mid_position_embeddings", default: true)
    }

    private func states(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: vit.channels))
        let name = "vit.embeddings"
        let patches = try g.patches(pixels, "\(name).patch_embeddings.projection")
        let objects = try g.learnedTokens("\(name).detection_tokens", like: patches.tokens)
        let squares = try g.prepend(["\(name).cls_token"], to: patches.tokens)
        var tokens = g.concat([squares, objects], axis: 1)
        let kernel = try g.weights.shape("\(name).patch_embeddings.projection.weight")
        let side = kernel.last ?? 1
        let learned = (rows: size.height / max(side, 1), columns: size.width / max(side, 1))
        func placed(_ positions: Value) throws(HubError) -> Value {
            guard positions.size(1) == .constant(1 + learned.rows * learned.columns + count) else {
                throw HubError(.unprocessable, "The positions of the checkpoint do not fit image_size in config.json")
            }
            let end = Dimension.constant(1 + learned.rows * learned.columns)
            let map = g.map(
                fromTokens: g.slice(positions, axis: 1, from: 1, to: end),
                height: .constant(learned.rows),
                width: .constant(learned.columns)
            )
            let resized = g.resize(map, height: patches.rows, width: patches.columns, .bicubic)
            let ends = (g.slice(positions, axis: 1, to: 1), g.slice(positions, axis: 1, from: end))
            return g.add(tokens, g.concat([ends.0, g.tokens(fromMap: resized), ends.1], axis: 1))
        }
        tokens = try placed(g.weight("\(name).position_embeddings"))
        for layer in 0..<vit.layers {
            tokens = try vit.block(g, tokens, "vit.encoder.layer.\(layer)")
            if placesBetween, layer < vit.layers - 1 {
                let all = try g.weight("vit.encoder.mid_position_embeddings")
                guard all.rank == 4 else { throw .shape(of: all.name, all.shape, isNot: "four axes") }
                tokens = try placed(g.select(all, axis: 0, at: layer))
            }
        }
        return try g.layerNorm(tokens, "vit.layernorm", epsilon: vit.block.epsilon)
    }
}
