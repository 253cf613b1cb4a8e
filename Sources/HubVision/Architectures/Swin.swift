// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Swin: attention within windows that shift from block to block, over ever coarser maps. (Liu et al. 2021)
enum Swin {
    static let architectures = [
        Architecture(
            name: "SwinForImageClassification",
            modelType: "swin",
            task: .imageClassification,
            unused: ["swin.embeddings.mask_token"]
        ) { g, context in
            let states = try states(g, context, "swin.")
            g.output("logits", try g.linear(g.mean(states, axes: [1]), "classifier"))
        },
        Architecture(
            name: "SwinModel",
            modelType: "swin",
            task: .imageFeatureExtraction,
            unused: ["classifier.", "decoder.", "embeddings.mask_token", "swin.embeddings.mask_token"]
        ) { g, context in
            let base = g.has("swin.embeddings.norm.weight") ? "swin." : ""
            let states = try states(g, context, base)
            g.output("last_hidden_state", states)
            g.output("pooler_output", g.mean(states, axes: [1]))
        },
    ]

    /// The normalized states after the last stage.
    private static func states(
        _ g: GraphBuilder,
        _ context: NetworkContext,
        _ base: String
    ) throws(HubError) -> Value {
        let config = context.configuration
        let encoder = try SwinEncoder(config, base, alwaysShifts: false)
        var size = try config.size("image_size", default: 224)
        if let wanted = context.request.imageSize { size = (wanted.height, wanted.width) }
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: encoder.channels, size: size))
        let last = try encoder.stages(g, pixels).last
        return try g.layerNorm(last?.tokens ?? pixels, "\(base)layernorm", epsilon: encoder.epsilon)
    }
}
