// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// RegNet: bottlenecks of grouped convolutions in a searched design; Y weighs channels besides. (Radosavovic et al. 2020)
struct RegNet {
    static let architectures = [
        Architecture(name: "RegNetForImageClassification", modelType: "regnet", task: .imageClassification) {
            g,
            context in
            let map = try RegNet(context.configuration, "regnet.").lastMap(g, context)
            g.output("logits", try g.linear(g.globalAverage(map), "classifier.1"))
        },
        Architecture(
            name: "RegNetModel",
            modelType: "regnet",
            task: .imageFeatureExtraction,
            unused: ["classifier."]
        ) { g, context in
            let base = g.has("regnet.embedder.embedder.convolution.weight") ? "regnet." : ""
            g.outputFeatures(try RegNet(context.configuration, base).lastMap(g, context))
        },
    ]

    private let base: String
    private let channels: Int
    private let depths: [Int]
    private let groupWidth: Int
    private let firstStride: Int
    private let activation: Activation

    private init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        channels = try config.int("num_channels", default: 3)
        depths = try config.ints("depths", default: [2, 6, 12, 2])
        groupWidth = try config.int("groups_width", default: 64)
        firstStride = try config.bool("downsample_in_first_stage", default: true) ? 2 : 1
        activation = try config.activation("hidden_act", default: "relu")
    }

    private func lastMap(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
        var map = g.activate(try layer(g, pixels, "\(base)embedder.embedder", stride: 2), activation)
        for (stage, depth) in depths.enumerated() {
            for index in 0..<depth {
                let stride = index > 0 ? 1 : stage == 0 ? firstStride : 2
                map = try block(g, map, "\(base)encoder.stages.\(stage).layers.\(index)", stride: stride)
            }
        }
        return map
    }

    private func block(_ g: GraphBuilder, _ input: Value, _ name: String, stride: Int) throws(HubError) -> Value {
        let width = try g.weights.shape("\(name).layer.0.convolution.weight").first ?? 0
        var map = g.activate(try layer(g, input, "\(name).layer.0", stride: 1), activation)
        map = try layer(g, map, "\(name).layer.1", stride: stride, groups: max(1, width / groupWidth))
        map = g.activate(map, activation)
        var last = 2
        if g.has("\(name).layer.2.attention.0.weight") {
            map = try g.squeezeExcite(map, "\(name).layer.2.attention.0", "\(name).layer.2.attention.2")
            last = 3
        }
        map = try layer(g, map, "\(name).layer.\(last)", stride: 1)
        let hasShortcut = g.has("\(name).shortcut.convolution.weight")
        let kept = hasShortcut ? try layer(g, input, "\(name).shortcut", stride: stride) : input
        return g.activate(g.add(map, kept), activation)
    }

    private func layer(
        _ g: GraphBuilder,
        _ map: Value,
        _ name: String,
        stride: Int,
        groups: Int = 1
    ) throws(HubError) -> Value {
        try g.convolution(
            map,
            "\(name).convolution",
            stride: stride,
            padding: g.keepingPadding("\(name).convolution"),
            groups: groups,
            batchNorm: BatchNorm(name: "\(name).normalization")
        )
    }
}
