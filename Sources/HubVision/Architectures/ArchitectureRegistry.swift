// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// All classes of networks that can be built. A new one is a line here.
enum ArchitectureRegistry {
    static let all: [Architecture] = [
        ViT.architectures,
        DeiT.architectures,
        BEiT.architectures,
        DINOv2.architectures,
        ViTMAE.architectures,
        ResNet.architectures,
        RegNet.architectures,
        ConvNeXt.architectures,
        MobileNetV2.architectures,
        TimmViT.architectures,
        TimmResNet.architectures,
        TimmEfficientNet.architectures,
        Swin.architectures,
        CLIP.architectures,
        SigLIP.architectures,
        DETR.architectures,
        DETRSegmentation.architectures,
        ConditionalDETR.architectures,
        YOLOS.architectures,
        SegFormer.architectures,
        UPerNet.architectures,
        MaskFormer.architectures,
        DPT.architectures,
        DepthAnything.architectures,
        GLPN.architectures,
        OWLViT.architectures,
        CLIPSeg.architectures,
        ViLT.architectures,
    ].flatMap { $0 }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What a class of networks is for.
    static func task(of name: String) -> VisionTask? { byName[name]?.task }

    /// The class that `config.json` names, or the one of its model type for the task.
    static func find(_ configuration: ModelConfiguration, task: VisionTask?) throws(HubError) -> Architecture {
        if configuration.has("architecture") { return try findTimm(configuration, task: task) }
        let names = try configuration.strings("architectures")
        let type = try configuration.string("model_type", default: "")
        let named = names.compactMap { byName[$0] }
        if let found = named.first(where: { task == nil || $0.task == task }) { return found }
        // A checkpoint of another class of the same family may hold what the task needs.
        if let task, let found = all.first(where: { $0.modelType == type && $0.task == task }) { return found }
        if let other = named.first, let task {
            throw HubError(.unsupported, "\(other.name) is for \(other.task.rawValue), not for \(task.rawValue)")
        }
        let what = names.first ?? type
        guard !what.isEmpty else { throw HubError(.unsupported, "config.json names no architecture") }
        throw HubError(.unsupported, "The architecture \(what) is not supported")
    }

    /// timm's repos name an architecture of timm's own; the longest beginning of it that is known decides.
    private static func findTimm(
        _ configuration: ModelConfiguration,
        task: VisionTask?
    ) throws(HubError) -> Architecture {
        let name = try configuration.string("architecture")
        // A network without a head has features to give, no classes.
        let headless = configuration.members["num_classes"] == 0
        let task = task ?? (headless ? .imageFeatureExtraction : .imageClassification)
        func length(_ architecture: Architecture) -> Int {
            architecture.timm.filter { name.hasPrefix($0) }.map(\.utf8.count).max() ?? 0
        }
        let known = all.filter { length($0) > 0 }
        guard let found = known.filter({ $0.task == task }).max(by: { length($0) < length($1) }) else {
            throw HubError(
                .unsupported,
                known.isEmpty
                    ? "The architecture \(name) of timm is not supported"
                    : "The architecture \(name) of timm is not for \(task.rawValue)"
            )
        }
        return found
    }
}
