// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ResNet, ResNeXt and their kin as timm stores them: what varies is read off the tensors.
struct TimmResNet {
    static let architectures = [VisionTask.imageClassification, .imageFeatureExtraction].map { task in
        Architecture(
            name: "timm ResNet",
            timm: ["resnet", "resnext", "wide_resnet", "seresnet", "seresnext", "test_resnet"],
            task: task,
            unused: task == .imageFeatureExtraction ? ["fc."] : []
        ) { g, context in
            let timm = try TimmModel(g, context)
            guard
                !["resnetaa", "resnetblur", "seresnetaa", "seresnextaa", "resnetrs", "_gn", "resnetv2"].contains(
                    where: timm.name.contains
                )
            else { throw HubError(.unsupported, "The architecture \(timm.name) of timm is not supported") }
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: 3))
            guard let map = try TimmResNet(base: timm.base).maps(g, pixels).last else { return }
            if task == .imageClassification {
                g.output("logits", try g.linear(g.globalAverage(map), "\(timm.base)fc"))
            } else {
                g.outputFeatures(map)
            }
        }
    }

    let base: String
    /// Whether the last stage widens its kernels instead of making the map coarser.
    var dilatesLast = false

    /// The map after the stem, before it is pooled, and that after each stage.
    func maps(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Value] {
        var map: Value
        if g.has("\(base)conv1.0.weight") {
            map = g.relu(try layer(g, pixels, "conv1.0", "conv1.1", stride: 2))
            map = g.relu(try layer(g, map, "conv1.3", "conv1.4"))
            map = g.relu(try layer(g, map, "conv1.6", "bn1"))
        } else {
            map = g.relu(try layer(g, pixels, "conv1", "bn1", stride: 2))
        }
        var maps = [map]
        map = try g.maxPool(map, kernel: 3, stride: 2, padding: .all(1))
        for stage in 1...4 {
            let depth = g.weights.count(of: "\(base)layer\(stage).")
            let dilates = dilatesLast && stage == 4
            for index in 0..<depth {
                let stride = index == 0 && stage > 1 && !dilates ? 2 : 1
                // A stage's first block still has the kernel of the stage before.
                let dilation = dilates && index > 0 ? 2 : 1
                map = try block(g, map, "layer\(stage).\(index)", stride: stride, dilation: dilation)
            }
            maps.append(map)
        }
        return maps
    }

    private func block(_ g: GraphBuilder, _ input: Value, _ name: String, stride: Int, dilation: Int) throws(HubError)
        -> Value
    {
        let isBottleneck = g.has("\(base)\(name).conv3.weight")
        var map = try layer(
            g,
            input,
            "\(name).conv1",
            "\(name).bn1",
            stride: isBottleneck ? 1 : stride,
            dilation: isBottleneck ? 1 : dilation
        )
        map = g.relu(map)
        map = try layer(
            g,
            map,
            "\(name).conv2",
            "\(name).bn2",
            stride: isBottleneck ? stride : 1,
            dilation: dilation
        )
        if isBottleneck {
            map = try layer(g, g.relu(map), "\(name).conv3", "\(name).bn3")
        }
        if g.has("\(base)\(name).se.fc1.weight") {
            map = try g.squeezeExcite(map, "\(base)\(name).se.fc1", "\(base)\(name).se.fc2")
        }
        return g.relu(g.add(map, try shortcut(g, input, "\(name).downsample", stride: stride)))
    }

    private func shortcut(_ g: GraphBuilder, _ input: Value, _ name: String, stride: Int) throws(HubError) -> Value {
        guard g.has("\(base)\(name).1.weight") else { return input }
        // The variants of "d" average before they project.
        if try g.weights.shape("\(base)\(name).1.weight").count == 4 {
            let pooled = stride > 1 ? try g.averagePool(input, kernel: 2, stride: stride, roundingUp: true) : input
            return try layer(g, pooled, "\(name).1", "\(name).2")
        }
        return try layer(g, input, "\(name).0", "\(name).1", stride: stride)
    }

    private func layer(
        _ g: GraphBuilder,
        _ map: Value,
        _ name: String,
        _ norm: String,
        stride: Int = 1,
        dilation: Int = 1
    ) throws(HubError) -> Value {
        let shape = try g.weights.shape("\(base)\(name).weight")
        let inputs = map.size(1).value ?? 0
        let groups = shape.count == 4 && shape[1] > 0 ? inputs / shape[1] : 1
        return try g.convolution(
            map,
            "\(base)\(name)",
            stride: stride,
            padding: g.keepingPadding("\(base)\(name)", dilation: dilation),
            dilation: dilation,
            groups: max(groups, 1),
            batchNorm: BatchNorm(name: "\(base)\(norm)")
        )
    }
}
