// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Depth Anything: DPT over DINOv2, trained on many unlabelled pictures. (Yang et al. 2024)
enum DepthAnything {
    static let architectures = [
        Architecture(
            name: "DepthAnythingForDepthEstimation",
            modelType: "depth_anything",
            task: .depthEstimation,
            unused: ["backbone.embeddings.mask_token"]
        ) { g, context in
            let config = context.configuration
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: 3))
            let dino = try Backbone.dino(g, config, pixels)
            var neck = try DepthNeck(config, readout: .ignore)
            neck.firstSquare = dino.firstSquare
            neck.fitsNext = true
            var map = try neck(g, dino.stages.map { .tokens($0) }, rows: dino.rows, columns: dino.columns)
            let side = Dimension.constant(try config.int("patch_size", default: 14))
            map = try g.convolution(map, "head.conv1", padding: .all(1))
            map = g.resize(map, height: dino.rows * side, width: dino.columns * side, .bilinearAlignedCorners)
            map = g.relu(try g.convolution(map, "head.conv2", padding: .all(1)))
            map = try g.convolution(map, "head.conv3")
            let kind = try config.string("depth_estimation_type", default: "relative")
            guard ["relative", "metric"].contains(kind) else {
                throw config.wrong("depth_estimation_type", "relative or metric")
            }
            map = g.activate(map, kind == "metric" ? .sigmoid : .relu)
            let depth = g.multiply(map, Float(try config.number("max_depth", default: 1)))
            g.output("predicted_depth", g.reshape(depth, [depth.size(0), depth.size(2), depth.size(3)]))
        }
    ]
}
