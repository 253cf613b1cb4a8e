// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// EfficientNet, its Lite and V2 variants, MobileNetV2 and V3 as timm stores them.
///
/// Kinds of blocks, widths, depths and kernels are read off the tensors; strides and activations are the family's.
struct TimmEfficientNet {
    static let architectures = [VisionTask.imageClassification, .imageFeatureExtraction].map { task in
        Architecture(
            name: "timm EfficientNet",
            timm: families.map(\.prefix),
            task: task,
            unused: task == .imageFeatureExtraction ? ["classifier."] : []
        ) { g, context in
            let timm = try TimmModel(g, context)
            let net = try TimmEfficientNet(timm)
            let pixels = g.input("pixel_values", axes: context.imageAxes(channels: 3))
            let map = try net.lastMap(g, pixels)
            let pooled = try net.pool(g, map)
            if task == .imageClassification {
                g.output("logits", try g.linear(pooled, "\(timm.base)classifier"))
            } else {
                g.outputFeatures(map, pooled: pooled)
            }
        }
    }

    private struct Family {
        let prefix: String
        var strides = [1, 2, 2, 2, 1, 2, 1]
        var activation = Activation.silu
        /// Stages in front that use ReLU whatever the others do.
        var reluStages = 0
        var gate = Activation.sigmoid
    }

    private static let families = [
        Family(prefix: "efficientnet_b"),
        Family(prefix: "efficientnet_lite", activation: .relu6),
        Family(prefix: "efficientnet_e", activation: .relu),
        Family(prefix: "efficientnetv2_"),
        Family(prefix: "mobilenetv2_", activation: .relu6),
        Family(prefix: "mnasnet_", activation: .relu),
        Family(prefix: "semnasnet_", activation: .relu),
        Family(prefix: "mobilenetv3_large_", activation: .hardSwish, reluStages: 3, gate: .hardSigmoid),
        Family(
            prefix: "mobilenetv3_small_",
            strides: [2, 2, 2, 1, 2, 1],
            activation: .hardSwish,
            reluStages: 2,
            gate: .hardSigmoid
        ),
        Family(prefix: "test_efficientnet", strides: [1, 2, 2, 2, 2]),
    ].flatMap { family in
        [
            family,
            Family(
                prefix: "tf_\(family.prefix)",
                strides: family.strides,
                activation: family.activation,
                reluStages: family.reluStages,
                gate: family.gate
            ),
        ]
    }

    private let base: String
    private let family: Family
    /// Whether it came from TensorFlow, with that one's padding and normalization.
    private let isTensorFlow: Bool

    private init(_ timm: TimmModel) throws(HubError) {
        base = timm.base
        let unsupported = ["_gn", "_ln", "_evos", "blur", "_cc_"].contains(where: timm.name.contains)
        guard !unsupported, var family = Self.families.first(where: { timm.name.hasPrefix($0.prefix) }) else {
            throw HubError(.unsupported, "The architecture \(timm.name) of timm is not supported")
        }
        if timm.name.contains("minimal") { family.activation = .relu }
        self.family = family
        isTensorFlow =
            timm.name.hasPrefix("tf_")
            || timm.name.hasPrefix("efficientnet_b") && timm.name.hasSuffix("_pruned")
    }

    private func lastMap(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> Value {
        var map = try layer(g, pixels, "conv_stem", "bn1", stride: 2, family.activation)
        let stages = g.weights.count(of: "\(base)blocks.")
        guard stages <= family.strides.count else {
            throw HubError(
                .unprocessable,
                "The checkpoint has \(stages) stages, at most \(family.strides.count) are known"
            )
        }
        for (stage, stride) in family.strides.prefix(stages).enumerated() {
            let activation = stage < family.reluStages ? .relu : family.activation
            for index in 0..<g.weights.count(of: "\(base)blocks.\(stage).") {
                let name = "blocks.\(stage).\(index)"
                map = try block(g, map, name, stride: index == 0 ? stride : 1, activation)
            }
        }
        guard g.has("\(base)bn2.weight") else { return map }
        return try layer(g, map, "conv_head", "bn2", family.activation)
    }

    /// The features that are classified.
    private func pool(_ g: GraphBuilder, _ map: Value) throws(HubError) -> Value {
        let pooled = g.node("GlobalAveragePool", [map], shape: [map.size(0), map.size(1), 1, 1])
        // MobileNetV3 has its head after pooling.
        let last = g.has("\(base)bn2.weight") || !g.has("\(base)conv_head.weight")
        let head = last ? pooled : g.activate(try g.convolution(pooled, "\(base)conv_head"), family.activation)
        return g.reshape(head, [head.size(0), head.size(1)])
    }

    private func block(
        _ g: GraphBuilder,
        _ input: Value,
        _ name: String,
        stride: Int,
        _ activation: Activation
    ) throws(HubError) -> Value {
        var map: Value
        if g.has("\(base)\(name).conv_exp.weight") {
            map = try layer(g, input, "\(name).conv_exp", "\(name).bn1", stride: stride, activation)
            map = try weigh(g, map, name, activation)
            map = try layer(g, map, "\(name).conv_pwl", "\(name).bn2", .identity)
        } else if g.has("\(base)\(name).conv_pwl.weight") {
            map = try layer(g, input, "\(name).conv_pw", "\(name).bn1", activation)
            map = try layer(g, map, "\(name).conv_dw", "\(name).bn2", stride: stride, activation)
            map = try weigh(g, map, name, activation)
            map = try layer(g, map, "\(name).conv_pwl", "\(name).bn3", .identity)
        } else if g.has("\(base)\(name).conv_dw.weight") {
            map = try layer(g, input, "\(name).conv_dw", "\(name).bn1", stride: stride, activation)
            map = try weigh(g, map, name, activation)
            map = try layer(g, map, "\(name).conv_pw", "\(name).bn2", .identity)
        } else {
            map = try layer(g, input, "\(name).conv", "\(name).bn1", stride: stride, activation)
        }
        return stride == 1 && map.size(1) == input.size(1) ? g.add(map, input) : map
    }

    private func weigh(_ g: GraphBuilder, _ map: Value, _ name: String, _ activation: Activation) throws(HubError)
        -> Value
    {
        let reduce = "\(base)\(name).se.conv_reduce"
        guard g.has("\(reduce).weight") else { return map }
        return try g.squeezeExcite(
            map,
            reduce,
            "\(base)\(name).se.conv_expand",
            activation: family.gate == .hardSigmoid ? .relu : activation,
            gate: family.gate
        )
    }

    private func layer(
        _ g: GraphBuilder,
        _ map: Value,
        _ name: String,
        _ norm: String,
        stride: Int = 1,
        _ activation: Activation
    ) throws(HubError) -> Value {
        let shape = try g.weights.shape("\(base)\(name).weight")
        let inputs = map.size(1).value ?? 0
        let groups = shape.count == 4 && shape[1] > 0 ? inputs / shape[1] : 1
        let result = try g.convolution(
            map,
            "\(base)\(name)",
            stride: stride,
            padding: isTensorFlow && stride > 1 ? .same : g.keepingPadding("\(base)\(name)"),
            groups: max(groups, 1),
            batchNorm: BatchNorm(name: "\(base)\(norm)", epsilon: isTensorFlow ? 1e-3 : 1e-5)
        )
        return g.activate(result, activation)
    }
}
