// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ConvNeXt: convolutions arranged as transformers are; version 2 normalizes responses. (Liu et al. 2022, Woo et al. 2023)
struct ConvNeXt {
    static let architectures =
        family("ConvNext", modelType: "convnext") + family("ConvNextV2", modelType: "convnextv2")

    private static func family(_ name: String, modelType: String) -> [Architecture] {
        [
            Architecture(name: "\(name)ForImageClassification", modelType: modelType, task: .imageClassification) {
                g,
                context in
                let net = try ConvNeXt(context.configuration, "\(modelType).")
                let map = try net.lastMap(g, context)
                g.output("logits", try g.linear(net.pool(g, map), "classifier"))
            },
            Architecture(
                name: "\(name)Model",
                modelType: modelType,
                task: .imageFeatureExtraction,
                unused: ["classifier."]
            ) { g, context in
                let base = g.has("\(modelType).embeddings.patch_embeddings.weight") ? "\(modelType)." : ""
                let net = try ConvNeXt(context.configuration, base)
                let map = try net.lastMap(g, context)
                g.outputFeatures(map, pooled: try net.pool(g, map))
            },
        ]
    }

    let base: String
    let channels: Int
    private let patch: Int
    private let depths: [Int]
    private let epsilon: Double
    private let activation: Activation

    init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        channels = try config.int("num_channels", default: 3)
        patch = try config.int("patch_size", default: 4)
        depths = try config.ints("depths", default: [3, 3, 9, 3])
        epsilon = try config.number("layer_norm_eps", default: 1e-12)
        activation = try config.activation("hidden_act", default: "gelu")
    }

    private func lastMap(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
        return try maps(g, pixels).last ?? pixels
    }

    private func pool(_ g: GraphBuilder, _ map: Value) throws(HubError) -> Value {
        try g.layerNorm(g.globalAverage(map), "\(base)layernorm", epsilon: epsilon)
    }

    /// The map after the stem and that after each stage.
    func maps(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Value] {
        var map = try g.convolution(pixels, "\(base)embeddings.patch_embeddings", stride: patch)
        map = try g.layerNormOfMap(map, "\(base)embeddings.layernorm", epsilon: 1e-6)
        var maps = [map]
        for (stage, depth) in depths.enumerated() {
            let name = "\(base)encoder.stages.\(stage)"
            if g.has("\(name).downsampling_layer.0.weight") {
                map = try g.layerNormOfMap(map, "\(name).downsampling_layer.0", epsilon: 1e-6)
                map = try g.convolution(map, "\(name).downsampling_layer.1", stride: stage == 0 ? 1 : 2)
            }
            for layer in 0..<depth { map = try block(g, map, "\(name).layers.\(layer)") }
            maps.append(map)
        }
        return maps
    }

    private func block(_ g: GraphBuilder, _ input: Value, _ name: String) throws(HubError) -> Value {
        let groups = try g.weights.shape("\(name).dwconv.weight").first ?? 1
        let padding = try g.keepingPadding("\(name).dwconv")
        var map = try g.convolution(input, "\(name).dwconv", padding: padding, groups: groups)
        map = try g.layerNorm(g.transpose(map, [0, 2, 3, 1]), "\(name).layernorm", epsilon: 1e-6)
        map = g.activate(try g.linear(map, "\(name).pwconv1"), activation)
        if g.has("\(name).grn.weight") { map = try normalizeResponses(g, map, "\(name).grn") }
        map = try g.linear(map, "\(name).pwconv2")
        if g.has("\(name).layer_scale_parameter") {
            map = g.multiply(map, try g.weight("\(name).layer_scale_parameter", shape: map.size(-1).value.map { [$0] }))
        }
        return g.add(input, g.transpose(map, [0, 3, 1, 2]))
    }

    /// Weighs channels, the last axis, by how strong each is in the whole map compared with all.
    private func normalizeResponses(_ g: GraphBuilder, _ map: Value, _ name: String) throws(HubError) -> Value {
        let strength = g.reduce("ReduceL2", map, axes: [1, 2], keepingAxes: true)
        let typical = g.add(g.mean(strength, axes: [-1], keepingAxes: true), 1e-6)
        let weighted = g.multiply(map, g.divide(strength, typical))
        return g.add(g.add(g.multiply(weighted, try g.weight("\(name).weight")), try g.weight("\(name).bias")), map)
    }
}
