// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Networks whose maps others build on, as their configurations name them.
enum Backbone {
    /// The map after the stem and that after each stage.
    /// - Parameters:
    ///   - config: of the network that builds on it.
    ///   - base: what names of the backbone's tensors begin with.
    static func maps(
        _ g: GraphBuilder,
        _ config: ModelConfiguration,
        _ pixels: Value,
        _ base: String
    ) throws(HubError) -> [Value] {
        guard config.has("backbone_config") else {
            // Before there were configurations of backbones there was only timm's ResNet.
            guard try config.bool("use_timm_backbone", default: true) else {
                throw HubError(.unprocessable, "config.json lacks backbone_config")
            }
            let name = try config.string("backbone", default: "resnet50")
            return try timm(g, name, pixels, base, dilates: config.bool("dilation", default: false))
        }
        let backbone = try config.object("backbone_config")
        let type = try backbone.string("model_type", default: "")
        switch type {
        case "resnet": return try ResNet(backbone, base).maps(g, pixels)
        case "timm_backbone":
            let stride = try backbone.int("output_stride", default: 32)
            return try timm(g, backbone.string("backbone"), pixels, base, dilates: stride == 16)
        default: throw HubError(.unsupported, "The backbone \(type) is not supported")
        }
    }

    /// The maps of those stages that the configuration names, normalized where the backbone has that.
    static func features(
        _ g: GraphBuilder,
        _ config: ModelConfiguration,
        _ pixels: Value,
        _ base: String
    ) throws(HubError) -> [Value] {
        let backbone = try config.object("backbone_config")
        let type = try backbone.string("model_type", default: "")
        var features: [Value] = []
        switch type {
        case "convnext", "convnextv2":
            let maps = try ConvNeXt(backbone, base).maps(g, pixels)
            for stage in try stages(backbone, of: maps.count) {
                features.append(
                    try g.layerNormOfMap(maps[stage], "\(base)hidden_states_norms.stage\(stage)", epsilon: 1e-6)
                )
            }
        case "swin", "maskformer-swin":
            let inner = ["model.", "swin."].first { g.has("\(base)\($0)embeddings.norm.weight") } ?? ""
            let grids = try SwinEncoder(backbone, base + inner, alwaysShifts: true).stages(g, pixels)
            for stage in try stages(backbone, of: grids.count) {
                // Of MaskFormer's the norms are counted, and there are all.
                let named = "\(base)hidden_states_norms.stage\(stage)"
                let norm = g.has("\(named).weight") ? named : "\(base)hidden_states_norms.\(stage - 1)"
                let tokens = try g.layerNorm(grids[stage].tokens, norm, epsilon: 1e-5)
                features.append(g.map(fromTokens: tokens, height: grids[stage].rows, width: grids[stage].columns))
            }
            g.skip(prefixes: ["\(base)hidden_states_norms.", "\(base)\(inner)layernorm."])
        default:
            let maps = try self.maps(g, config, pixels, base)
            for stage in try stages(backbone, of: maps.count) { features.append(maps[stage]) }
        }
        return features
    }

    /// The states of DINOv2 after those blocks that the configuration names, and their grid.
    static func dino(
        _ g: GraphBuilder,
        _ config: ModelConfiguration,
        _ pixels: Value
    ) throws(HubError) -> (stages: [Value], rows: Dimension, columns: Dimension, firstSquare: Int) {
        let backbone = try config.object("backbone_config")
        let type = try backbone.string("model_type", default: "")
        guard ["dinov2", "dinov2_with_registers"].contains(type) else {
            throw HubError(.unsupported, "The backbone \(type.isEmpty ? "without model_type" : type) is not supported")
        }
        let dino = try DINOv2(g, backbone, "backbone.")
        let result = try dino.stages(g, pixels)
        let normalizes = try backbone.bool("apply_layernorm", default: true)
        var features: [Value] = []
        for stage in try stages(backbone, of: result.states.count) {
            let states = result.states[stage]
            features.append(normalizes ? try dino.normalized(g, states) : states)
        }
        return (features, result.rows, result.columns, dino.firstSquare)
    }

    /// Which stages are wanted, the stem being 0; the last one unless any is named.
    private static func stages(_ config: ModelConfiguration, of count: Int) throws(HubError) -> [Int] {
        var stages: [Int] = []
        if config.has("out_features") {
            for name in try config.strings("out_features") {
                stages.append(name == "stem" ? 0 : Int(name.dropFirst("stage".count)) ?? -1)
            }
        } else {
            stages = try config.ints("out_indices", default: [count - 1], in: -count...count)
                .map { $0 < 0 ? count + $0 : $0 }
        }
        guard stages.allSatisfy({ (0..<count).contains($0) }) else {
            throw config.wrong("out_features", "names of the backbone's stages")
        }
        return stages
    }

    private static func timm(
        _ g: GraphBuilder,
        _ name: String,
        _ pixels: Value,
        _ base: String,
        dilates: Bool
    ) throws(HubError) -> [Value] {
        guard name.hasPrefix("resnet") || name.hasPrefix("test_resnet") else {
            throw HubError(.unsupported, "The backbone \(name) of timm is not supported")
        }
        return try TimmResNet(base: base, dilatesLast: dilates).maps(g, pixels)
    }
}
