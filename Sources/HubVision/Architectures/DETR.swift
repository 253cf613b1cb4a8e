// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// DETR: a transformer that turns a map into a set of objects. Table Transformer is DETR for tables.
/// (Carion et al. 2020, Smock et al. 2021)
struct DETR {
    static let architectures = [
        detector("DetrForObjectDetection", modelType: "detr"),
        detector("TableTransformerForObjectDetection", modelType: "table-transformer"),
    ]

    private static func detector(_ name: String, modelType: String) -> Architecture {
        Architecture(
            name: name,
            modelType: modelType,
            task: .objectDetection,
            unused: ["model.backbone.conv_encoder.model.fc."]
        ) { g, context in
            let detr = try DETR(context.configuration, "", normalizesFirst: modelType == "table-transformer")
            let result = try detr.decode(g, detr.encode(g, context))
            try detr.detect(g, result.queries)
            g.output("last_hidden_state", result.queries)
            g.output("encoder_last_hidden_state", result.memory)
        }
    }

    /// What the encoder makes of a picture.
    struct Encoded {
        /// The backbone's maps, the stem's first.
        let maps: [Value]
        /// The last map in the transformer's width.
        let projected: Value
        /// Batch × places × width.
        let memory: Value
        let positions: Value
        /// Batch × places: 1 where there is picture.
        let mask: Value
    }

    let base: String
    let width: Int
    let encoderHeads: Int
    let decoderHeads: Int
    let layers: DetrLayers
    private let config: ModelConfiguration

    init(_ config: ModelConfiguration, _ base: String, normalizesFirst: Bool = false) throws(HubError) {
        self.config = config
        self.base = base
        width = try config.int("d_model", default: 256)
        encoderHeads = try config.int("encoder_attention_heads", default: 8)
        decoderHeads = try config.int("decoder_attention_heads", default: 8)
        let activation = try config.activation("activation_function", default: "relu")
        layers = DetrLayers(activation: activation, normalizesFirst: normalizesFirst)
        guard try config.string("position_embedding_type", default: "sine") == "sine" else {
            throw HubError(.unsupported, "config.json: position_embedding_type must be sine; others are not supported")
        }
    }

    func encode(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Encoded {
        let axes = try context.imageAxes(channels: config.int("num_channels", default: 3))
        let pixels = g.input("pixel_values", axes: axes)
        let padding = g.input("pixel_mask", .int64, axes: [axes[0], axes[2], axes[3]])
        let maps = try Backbone.maps(g, config, pixels, "\(base)model.backbone.conv_encoder.model.")
        guard let last = maps.last else { throw HubError(.unprocessable, "The backbone has no stages") }
        let projected = try g.convolution(last, "\(base)model.input_projection")

        let (height, wide) = (projected.size(2), projected.size(3))
        let whole = g.unsqueeze(g.cast(padding, to: .float32), axis: 1)
        let mask = g.reshape(
            g.resize(whole, height: height, width: wide, .nearest),
            [whole.size(0), height, wide]
        )
        let positions = try SinePositions(width: width / 2).positions(g, mask: mask)
        let flat = g.reshape(mask, [mask.size(0), height * wide])
        var tokens = g.tokens(fromMap: projected)
        let keys = g.paddingMask(flat)
        for layer in 0..<(try config.int("encoder_layers", default: 6)) {
            tokens = try layers.encoderLayer(
                g,
                .init(tokens: tokens, positions: positions),
                "\(base)model.encoder.layers.\(layer)",
                heads: encoderHeads,
                mask: keys
            )
        }
        if g.has("\(base)model.encoder.layernorm.weight") {
            tokens = try g.layerNorm(tokens, "\(base)model.encoder.layernorm", epsilon: 1e-5)
        }
        return Encoded(maps: maps, projected: projected, memory: tokens, positions: positions, mask: flat)
    }

    func decode(_ g: GraphBuilder, _ encoded: Encoded) throws(HubError) -> (queries: Value, memory: Value) {
        let learned = g.unsqueeze(try g.weight("\(base)model.query_position_embeddings.weight"), axis: 0)
        var queries = g.blankTokens(learned.size(1), like: encoded.memory)
        for layer in 0..<(try config.int("decoder_layers", default: 6)) {
            queries = try layers.decoderLayer(
                g,
                .init(tokens: queries, positions: learned),
                memory: .init(tokens: encoded.memory, positions: encoded.positions),
                "\(base)model.decoder.layers.\(layer)",
                heads: decoderHeads,
                mask: g.paddingMask(encoded.mask)
            )
        }
        return (try g.layerNorm(queries, "\(base)model.decoder.layernorm", epsilon: 1e-5), encoded.memory)
    }

    /// Declares the class and the box of each query: centre, width and height, relative to the picture.
    func detect(_ g: GraphBuilder, _ queries: Value) throws(HubError) {
        g.output("logits", try g.linear(queries, "\(base)class_labels_classifier"))
        g.output("pred_boxes", g.sigmoid(try g.perceptron(queries, "\(base)bbox_predictor", layers: 3)))
    }
}
