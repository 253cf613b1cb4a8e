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
