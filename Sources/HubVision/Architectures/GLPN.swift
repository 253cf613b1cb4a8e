// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// GLPN: SegFormer's encoder and a decoder that chooses between coarse and fine. (Kim et al. 2022)
enum GLPN {
    static let architectures = [
        Architecture(name: "GLPNForDepthEstimation", modelType: "glpn", task: .depthEstimation) { g, context in
            let config = context.configuration
            let encoder = try MixTransformer(config, "glpn.encoder.")
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: encoder.channels))
            let map = try decode(g, encoder.maps(g, pixels))
            let hidden = g.relu(try g.convolution(map, "head.head.0", padding: .all(1)))
            let drawn = g.sigmoid(try g.convolution(hidden, "head.head.2", padding: .all(1)))
            let depth = g.multiply(drawn, Float(try config.number("max_depth", default: 10)))
            g.output("predicted_depth", g.reshape(depth, [depth.size(0), depth.size(2), depth.size(3)]))
        }
    ]

    private static func decode(_ g: GraphBuilder, _ maps: [Value]) throws(HubError) -> Value {
        var coarse: Value?
        for (stage, map) in maps.reversed().enumerated() {
            let name = "decoder.stages.\(stage)"
            var fine = g.has("\(name).convolution.weight") ? try g.convolution(map, "\(name).convolution") : map
            if let coarse { fine = try fuse(g, fine, coarse, "\(name).fusion") }
            coarse = g.upsample(fine, by: 2, .bilinear)
        }
        guard let coarse else { throw HubError(.internal, "GLPN was built without stages") }
        return g.upsample(coarse, by: 2, .bilinear)
    }

    /// Adds two maps, each weighed place by place.
    private static func fuse(
        _ g: GraphBuilder,
        _ fine: Value,
        _ coarse: Value,
        _ name: String
    ) throws(HubError) -> Value {
        var map = g.concat([fine, coarse], axis: 1)
        for layer in 1...2 {
            let convolution = "\(name).convolutional_layer\(layer)"
            let norm = BatchNorm(name: "\(convolution).1")
            map = g.relu(try g.convolution(map, "\(convolution).0", padding: .all(1), batchNorm: norm))
        }
        let weights = g.sigmoid(try g.convolution(map, "\(name).convolutional_layer3", padding: .all(1)))
        let parts = g.split(weights, axis: 1, sizes: [1, 1])
        return g.add(g.multiply(fine, parts[0]), g.multiply(coarse, parts[1]))
    }
}
