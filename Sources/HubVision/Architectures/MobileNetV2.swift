// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// MobileNetV2: narrow maps, widened for cheap convolutions channel by channel. (Sandler et al. 2018)
struct MobileNetV2 {
    static let architectures = [
        Architecture(
            name: "MobileNetV2ForImageClassification",
            modelType: "mobilenet_v2",
            task: .imageClassification
        ) { g, context in
            let map = try MobileNetV2(context.configuration, "mobilenet_v2.").lastMap(g, context)
            g.output("logits", try g.linear(g.globalAverage(map), "classifier"))
        },
        Architecture(
            name: "MobileNetV2Model",
            modelType: "mobilenet_v2",
            task: .imageFeatureExtraction,
            unused: ["classifier."]
        ) { g, context in
            let base = g.has("mobilenet_v2.conv_stem.first_conv.convolution.weight") ? "mobilenet_v2." : ""
            g.outputFeatures(try MobileNetV2(context.configuration, base).lastMap(g, context))
        },
    ]

    private static let strides = [2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]

    private let base: String
    private let channels: Int
    private let outputStride: Int
    private let padsAsTensorFlow: Bool
    private let epsilon: Double
    private let activation: Activation

    private init(_ config: ModelConfiguration, _ base: String) throws(HubError) {
        self.base = base
        channels = try config.int("num_channels", default: 3)
        outputStride = try config.int("output_stride", default: 32)
        padsAsTensorFlow = try config.bool("tf_padding", default: true)
        epsilon = try config.number("layer_norm_eps", default: 0.001)
        activation = try config.activation("hidden_act", default: "relu6")
    }

    private func lastMap(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
        var map = try layer(g, pixels, "conv_stem.first_conv", stride: 2)
        if g.has("\(base)conv_stem.expand_1x1.convolution.weight") {
            map = try layer(g, map, "conv_stem.expand_1x1")
        }
        map = try layer(g, map, "conv_stem.conv_3x3")
        map = try layer(g, map, "conv_stem.reduce_1x1", activates: false)
        // Once the map is as small as it may get, kernels are widened instead.
        var (reached, dilation) = (2, 1)
        for (index, stride) in Self.strides.enumerated() {
            if reached == outputStride {
                map = try block(g, map, "layer.\(index)", stride: 1, dilation: dilation)
                dilation *= stride
            } else {
                map = try block(g, map, "layer.\(index)", stride: stride, dilation: 1)
                reached *= stride
            }
        }
        return try layer(g, map, "conv_1x1")
    }

    private func block(
        _ g: GraphBuilder,
        _ input: Value,
        _ name: String,
        stride: Int,
        dilation: Int
    ) throws(HubError) -> Value {
        var map = try layer(g, input, "\(name).expand_1x1")
        map = try layer(g, map, "\(name).conv_3x3", stride: stride, dilation: dilation)
        map = try layer(g, map, "\(name).reduce_1x1", activates: false)
        return stride == 1 && map.size(1) == input.size(1) ? g.add(input, map) : map
    }

    private func layer(
        _ g: GraphBuilder,
        _ map: Value,
        _ name: String,
        stride: Int = 1,
        dilation: Int = 1,
        activates: Bool = true
    ) throws(HubError) -> Value {
        let convolution = "\(base)\(name).convolution"
        let shape = try g.weights.shape("\(convolution).weight")
        let isDepthwise = shape.count == 4 && shape[1] == 1 && map.size(1) == .constant(shape[0])
        let result = try g.convolution(
            map,
            convolution,
            stride: stride,
            // At a stride of 1 both ways of padding are the same.
            padding: padsAsTensorFlow && stride > 1 ? .same : g.keepingPadding(convolution, dilation: dilation),
            dilation: dilation,
            groups: isDepthwise ? shape[0] : 1,
            batchNorm: BatchNorm(name: "\(base)\(name).normalization", epsilon: epsilon)
        )
        return activates ? g.activate(result, activation) : result
    }
}
