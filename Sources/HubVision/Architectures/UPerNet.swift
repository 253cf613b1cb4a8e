// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// UPerNet: a pyramid over the maps of another network, for segmentation. (Xiao et al. 2018)
enum UPerNet {
    static let architectures = [
        Architecture(
            name: "UperNetForSemanticSegmentation",
            modelType: "upernet",
            task: .imageSegmentation,
            unused: ["auxiliary_head."]
        ) { g, context in
            let config = context.configuration
            let backbone = try config.object("backbone_config")
            let channels = try backbone.int("num_channels", default: 3)
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: channels))
            let maps = try Backbone.features(g, config, pixels, "backbone.")
            let logits = try decode(g, maps, scales: config.ints("pool_scales", default: [1, 2, 3, 6]))
            g.output("logits", g.resize(logits, height: pixels.size(2), width: pixels.size(3), .bilinear))
        }
    ]

    private static func decode(_ g: GraphBuilder, _ maps: [Value], scales: [Int]) throws(HubError) -> Value {
        guard maps.count > 1, let top = maps.last, let first = maps.first else {
            throw HubError(.unprocessable, "config.json: backbone_config.out_features must name several stages")
        }
        var laterals: [Value] = []
        for (level, map) in maps.dropLast().enumerated() {
            laterals.append(try layer(g, map, "decode_head.lateral_convs.\(level)"))
        }
        laterals.append(try pyramid(g, top, scales))
        for level in (1..<laterals.count).reversed() {
            let below = laterals[level - 1]
            let enlarged = g.resize(laterals[level], height: below.size(2), width: below.size(3), .bilinear)
            laterals[level - 1] = g.add(below, enlarged)
        }
        var outputs: [Value] = []
        for (level, lateral) in laterals.enumerated() {
            let isTop = level == laterals.count - 1
            let map = isTop ? lateral : try layer(g, lateral, "decode_head.fpn_convs.\(level)")
            outputs.append(g.resize(map, height: first.size(2), width: first.size(3), .bilinear))
        }
        let joined = try layer(g, g.concat(outputs, axis: 1), "decode_head.fpn_bottleneck")
        return try g.convolution(joined, "decode_head.classifier")
    }

    /// A map beside averages of it over ever smaller parts.
    private static func pyramid(_ g: GraphBuilder, _ map: Value, _ scales: [Int]) throws(HubError) -> Value {
        var parts = [map]
        for (index, scale) in scales.enumerated() {
            let pooled = try layer(g, g.adaptiveAverage(map, scale), "decode_head.psp_modules.\(index).1")
            parts.append(g.resize(pooled, height: map.size(2), width: map.size(3), .bilinear))
        }
        return try layer(g, g.concat(parts, axis: 1), "decode_head.bottleneck")
    }

    private static func layer(_ g: GraphBuilder, _ map: Value, _ name: String) throws(HubError) -> Value {
        let norm = BatchNorm(name: "\(name).batch_norm")
        let padding = try g.keepingPadding("\(name).conv")
        return g.relu(try g.convolution(map, "\(name).conv", padding: padding, batchNorm: norm))
    }
}
