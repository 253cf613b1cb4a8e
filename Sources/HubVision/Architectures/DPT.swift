// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// DPT: dense predictions from a plain transformer, or from one over the maps of a convolutional network.
/// (Ranftl et al. 2021)
struct DPT {
    static let architectures = [
        Architecture(
            name: "DPTForDepthEstimation",
            modelType: "dpt",
            task: .depthEstimation,
            unused: unused
        ) { g, context in
            let dpt = try DPT(context.configuration)
            var map = try dpt.map(g, context)
            if g.has("head.projection.weight") {
                map = g.relu(try g.convolution(map, "head.projection", padding: .all(1)))
            }
            map = try g.convolution(map, "head.head.0", padding: .all(1))
            map = g.upsample(map, by: 2, .bilinearAlignedCorners)
            map = g.relu(try g.convolution(map, "head.head.2", padding: .all(1)))
            let depth = g.relu(try g.convolution(map, "head.head.4"))
            g.output("predicted_depth", g.reshape(depth, [depth.size(0), depth.size(2), depth.size(3)]))
        },
        Architecture(
            name: "DPTForSemanticSegmentation",
            modelType: "dpt",
            task: .imageSegmentation,
            unused: unused + ["auxiliary_head."]
        ) { g, context in
            let map = try DPT(context.configuration).map(g, context)
            let norm = BatchNorm(name: "head.head.1")
            let hidden = g.relu(try g.convolution(map, "head.head.0", padding: .all(1), batchNorm: norm))
            g.output("logits", g.upsample(try g.convolution(hidden, "head.head.4"), by: 2, .bilinearAlignedCorners))
        },
    ]

    /// The transformer's last normalization and pooler, and what a hybrid has no use for.
    private static let unused = [
        "dpt.layernorm.", "dpt.pooler.", "neck.reassemble_stage.readout_projects.0.",
        "neck.reassemble_stage.readout_projects.1.", "backbone.embeddings.mask_token",
    ]

    private let config: ModelConfiguration
    private let vit: ViT
    private let isHybrid: Bool
    private let outputs: [Int]

    private init(_ config: ModelConfiguration) throws(HubError) {
        self.config = config
        vit = try ViT(config)
        isHybrid = try config.bool("is_hybrid", default: false)
        outputs = try config.ints("backbone_out_indices", default: [2, 5, 8, 11], in: 0...ModelConfiguration.limit)
    }

    /// What the neck makes of a picture.
    private func map(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: vit.channels))
        let spelled = try config.string("readout_type", default: "project")
        guard let readout = DepthNeck.Readout(rawValue: spelled) else {
            throw config.wrong("readout_type", "ignore, add or project")
        }
        var neck = try DepthNeck(config, readout: readout)
        if !isHybrid, config.has("backbone_config") {
            let dino = try Backbone.dino(g, config, pixels)
            neck.firstSquare = dino.firstSquare
            return try neck(g, dino.stages.map { .tokens($0) }, rows: dino.rows, columns: dino.columns)
        }
        let name = "dpt.embeddings"
        var stages: [DepthNeck.Stage] = []
        let squares: (tokens: Value, rows: Dimension, columns: Dimension)
        if isHybrid {
            let maps = try BiT(config.object("backbone_config"), "\(name).backbone.bit.").maps(g, pixels)
            guard maps.count == 4 else { throw config.wrong("backbone_config.depths", "three numbers") }
            stages = [.map(maps[1]), .map(maps[2])]
            let map = try g.convolution(maps[3], "\(name).projection")
            squares = (g.tokens(fromMap: map), map.size(2), map.size(3))
        } else {
            squares = try g.patches(pixels, "\(name).patch_embeddings.projection")
        }
        var tokens = try g.prepend(["\(name).cls_token"], to: squares.tokens)
        tokens = try g.addPositions(
            "\(name).position_embeddings",
            to: tokens,
            after: 1,
            rows: squares.rows,
            columns: squares.columns,
            .bilinear
        )
        let wanted = isHybrid ? Array(outputs.dropFirst(2)) : outputs
        for layer in 0..<vit.layers {
            tokens = try vit.block(g, tokens, "dpt.encoder.layer.\(layer)")
            if wanted.contains(layer) { stages.append(.tokens(tokens)) }
            // What comes after the last one is not asked for.
            if layer == wanted.max() {
                let count = g.weights.count(of: "dpt.encoder.layer.")
                g.skip(prefixes: (0..<count).dropFirst(layer + 1).map { "dpt.encoder.layer.\($0)." })
                break
            }
        }
        return try neck(g, stages, rows: squares.rows, columns: squares.columns)
    }
}
