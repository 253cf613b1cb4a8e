// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// SegFormer: a hierarchical transformer whose maps are simply put together. (Xie et al. 2021)
enum SegFormer {
    static let architectures = [
        Architecture(
            name: "SegformerForSemanticSegmentation",
            modelType: "segformer",
            task: .imageSegmentation
        ) { g, context in
            let maps = try maps(g, context, "segformer.encoder.")
            g.output("logits", try decode(g, maps))
        },
        Architecture(
            name: "SegformerForImageClassification",
            modelType: "segformer",
            task: .imageClassification
        ) { g, context in
            guard let last = try maps(g, context, "segformer.encoder.").last else { return }
            g.output("logits", try g.linear(g.globalAverage(last), "classifier"))
        },
        Architecture(
            name: "SegformerModel",
            modelType: "segformer",
            task: .imageFeatureExtraction,
            unused: ["decode_head.", "classifier."]
        ) { g, context in
            let base = g.has("segformer.encoder.layer_norm.0.weight") ? "segformer." : ""
            if let last = try maps(g, context, "\(base)encoder.").last { g.output("last_hidden_state", last) }
        },
    ]

    private static func maps(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        _ base: String
    ) throws(HubError) -> [Value] {
        let encoder = try MixTransformer(context.configuration, base)
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: encoder.channels))
        return try encoder.maps(g, pixels)
    }

    /// Puts the maps together at the finest one's size.
    ///
    /// The reference enlarges all maps, joins them and convolves the result. Both steps are linear, so here each map is
    /// convolved by its share of the weights while it is small, and the results are enlarged and added: the same numbers
    /// up to rounding, for a third of the work.
    private static func decode(_ g: GraphBuilder, _ maps: [Value]) throws(HubError) -> Value {
        let (fuse, bias) = try g.foldedWeights("decode_head.linear_fuse", BatchNorm(name: "decode_head.batch_norm"))
        var sum: Value?
        for (stage, map) in maps.enumerated() {
            let linear = try g.pointwise(map, "decode_head.linear_c.\(stage).proj")
            // The joined maps begin with the coarsest.
            let part = try g.inputChannels(of: fuse, part: maps.count - 1 - stage, of: maps.count)
            let share = try g.convolution(linear, weight: part, bias: stage == 0 ? bias : nil)
            guard let so = sum else {
                sum = share
                continue
            }
            sum = g.add(so, g.resize(share, height: so.size(2), width: so.size(3), .bilinear))
        }
        guard let sum else { throw HubError(.internal, "SegFormer was built without stages") }
        return try g.convolution(g.relu(sum), "decode_head.classifier")
    }
}
