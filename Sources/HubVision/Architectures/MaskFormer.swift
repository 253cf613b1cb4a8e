// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// MaskFormer: a set of masks with a class each, for every kind of segmentation. (Cheng et al. 2021)
enum MaskFormer {
    static let architectures = [
        Architecture(
            name: "MaskFormerForInstanceSegmentation",
            modelType: "maskformer",
            task: .imageSegmentation,
            unused: ["criterion.", "model.pixel_level_module.encoder.model.layernorm."]
        ) { g, context in
            let config = context.configuration
            let backbone = try config.object("backbone_config")
            let channels = try backbone.int("num_channels", default: 3)
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
            let maps = try Backbone.features(g, config, pixels, "model.pixel_level_module.encoder.")
            guard maps.count > 1, let top = maps.last else {
                throw HubError(.unprocessable, "config.json: backbone_config.out_features must name several stages")
            }
            let fine = try pyramid(g, maps)
            let queries = try decode(g, top, config.object("decoder_config"))
            g.output("class_queries_logits", try g.linear(queries, "class_predictor"))
            g.output("masks_queries_logits", try masks(g, queries, fine))
        }
    ]

    /// From the coarsest map to one of the finest size.
    private static func pyramid(_ g: GraphBuilder, _ maps: [Value]) throws(HubError) -> Value {
        let name = "model.pixel_level_module.decoder"
        var map = try layer(g, maps[maps.count - 1], "\(name).fpn.stem", 0)
        for (index, finer) in maps.dropLast().reversed().enumerated() {
            let projection = "\(name).fpn.layers.\(index).proj"
            let beside = try g.groupNorm(
                g.convolution(finer, "\(projection).0"),
                "\(projection).1",
                groups: 32,
                epsilon: 1e-5
            )
            let enlarged = g.resize(map, height: beside.size(2), width: beside.size(3), .nearest)
            map = try layer(g, g.add(enlarged, beside), "\(name).fpn.layers.\(index).block", 0)
        }
        return try g.convolution(map, "\(name).mask_projection", padding: .all(1))
    }

    private static func layer(_ g: GraphBuilder, _ map: Value, _ name: String, _ first: Int) throws(HubError) -> Value {
        let convolved = try g.convolution(map, "\(name).\(first)", padding: g.keepingPadding("\(name).\(first)"))
        return g.relu(try g.groupNorm(convolved, "\(name).\(first + 1)", groups: 32, epsilon: 1e-5))
    }

    private static func decode(
        _ g: GraphBuilder,
        _ map: Value,
        _ config: ModelConfiguration
    ) throws(HubError) -> Value {
        let name = "model.transformer_module"
        let projection = "\(name).input_projection"
        let features = g.has("\(projection).weight") ? try g.convolution(map, projection) : map
        let width = try config.int("d_model", default: 256)
        let all = g.expand(g.reshape(g.scalar(1), [1, 1, 1]), [1, features.size(2), features.size(3)])
        let positions = try SinePositions(width: width / 2).positions(g, mask: all)
        let memory = DetrLayers.Placed(tokens: g.tokens(fromMap: features), positions: positions)
        let learned = g.unsqueeze(try g.weight("\(name).queries_embedder.weight"), axis: 0)
        let layers = DetrLayers(activation: try config.activation("activation_function", default: "relu"))
        let heads = try config.int("decoder_attention_heads", default: 8)
        var queries = g.blankTokens(learned.size(1), like: memory.tokens)
        for layer in 0..<(try config.int("decoder_layers", default: 6)) {
            queries = try layers.decoderLayer(
                g,
                .init(tokens: queries, positions: learned),
                memory: memory,
                "\(name).decoder.layers.\(layer)",
                heads: heads,
                mask: .none
            )
        }
        return try g.layerNorm(queries, "\(name).decoder.layernorm", epsilon: 1e-5)
    }

    /// How much each place of the map agrees with each query.
    private static func masks(_ g: GraphBuilder, _ queries: Value, _ map: Value) throws(HubError) -> Value {
        var embedding = queries
        for layer in 0..<3 {
            embedding = try g.linear(embedding, "mask_embedder.\(layer).0")
            if layer < 2 { embedding = g.relu(embedding) }
        }
        let (height, width) = (map.size(2), map.size(3))
        let flat = g.reshape(map, [map.size(0), map.size(1), height * width])
        return g.reshape(g.matmul(embedding, flat), [map.size(0), queries.size(1), height, width])
    }
}
