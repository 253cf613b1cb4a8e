// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ResNet: convolutions around which their input is added to their output. (He et al. 2015)
struct ResNet {
    static let architectures = [
        Architecture(name: "ResNetForImageClassification", modelType: "resnet", task: .imageClassification) {
            g,
            context in
            let resnet = try ResNet(context.configuration, "resnet.")
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: resnet.channels))
            guard let last = try resnet.maps(g, pixels).last else { return }
            g.output("logits", try g.linear(g.globalAverage(last), "classifier.1"))
        },
        Architecture(
            name: "ResNetModel",
            modelType: "resnet",
            task: .imageFeatureExtraction,
            unused: ["classifier."]
        ) { g, context in
            let base = g.has("resnet.embedder.embedder.convolution.weight") ? "resnet." : ""
            let resnet = try ResNet(context.configuration, base)
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: resnet.channels))
            if let last = try resnet.maps(g, pixels).last { g.outputFeatures(last) }
        },
    ]

    let base: String
    let channels: Int
    private let depths: [Int]
    private let strides: [Int]
    private let stridesEarly: Bool
    private let activation: Activation

    init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        channels = try config.int("num_channels", default: 3)
        depths = try config.ints("depths", default: [3, 4, 6, 3])
        let first = try config.bool("downsample_in_first_stage", default: false) ? 2 : 1
        strides = depths.indices.map { $0 == 0 ? first : 2 }
        stridesEarly = try config.bool("downsample_in_bottleneck", default: false)
        activation = try config.activation("hidden_act", default: "relu")
    }

    /// The map after the stem and that after each stage.
    func maps(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Value] {
        let stem = try layer(g, pixels, "\(base)embedder.embedder", stride: 2)
        var maps = [try g.maxPool(g.activate(stem, activation), kernel: 3, stride: 2, padding: .all(1))]
        var map = maps[0]
        for (stage, (depth, stride)) in zip(depths, strides).enumerated() {
            for index in 0..<depth {
                let name = "\(base)encoder.stages.\(stage).layers.\(index)"
                map = try block(g, map, name, stride: index == 0 ? stride : 1)
            }
            maps.append(map)
        }
        return maps
    }

    private func block(_ g: GraphBuilder, _ input: Value, _ name: String, stride: Int) throws(HubError) -> Value {
        // Three convolutions make a bottleneck, whose middle one strides unless the checkpoint is of the older kind.
        let count = g.has("\(name).layer.2.convolution.weight") ? 3 : 2
        let striding = count == 3 && !stridesEarly ? 1 : 0
        var map = input
        for index in 0..<count {
            map = try layer(g, map, "\(name).layer.\(index)", stride: index == striding ? stride : 1)
            if index < count - 1 { map = g.activate(map, .relu) }
        }
        let hasShortcut = g.has("\(name).shortcut.convolution.weight")
        let kept = hasShortcut ? try layer(g, input, "\(name).shortcut", stride: stride) : input
        return g.activate(g.add(map, kept), activation)
    }

    private func layer(_ g: GraphBuilder, _ map: Value, _ name: String, stride: Int) throws(HubError) -> Value {
        try g.convolution(
            map,
            "\(name).convolution",
            stride: stride,
            padding: g.keepingPadding("\(name).convolution"),
            batchNorm: BatchNorm(name: "\(name).normalization")
        )
    }
}
