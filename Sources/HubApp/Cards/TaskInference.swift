// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Which task a model is for, told from its configuration where the card does not say.
enum TaskInference {
    /// The card's `pipeline_tag`, else what the configuration says, else a tag of the card that names a task.
    static func task(card: CardMetadata?, library: String?, files: RepoFiles, configs: ModelConfigs) -> String? {
        if let named = card?.model.pipelineTag, PipelineTag.named(named) != nil { return named }
        // An adapter's card tags say what it is for; its config is the adapter's own.
        if let tagged = card?.tags.first(where: { PipelineTag.named($0) != nil }) { return tagged }
        return fromConfiguration(library: library, files: files, configs: configs)
    }

    /// What `transformersInfo` of a repo is, when transformers can load it.
    static func autoClass(_ configs: ModelConfigs) -> AutoClass? {
        guard let architecture = configs.architecture else { return nil }
        return AutoClass.of(architecture: architecture, modelType: configs.modelType)
    }

    private static func fromConfiguration(library: String?, files: RepoFiles, configs: ModelConfigs) -> String? {
        if configs.hasSentenceTransformers { return "sentence-similarity" }
        if let pipeline = configs.diffusersClass { return diffusers(pipeline) }
        if configs.openCLIP != nil { return "zero-shot-image-classification" }
        if configs.isTimm {
            let classes =
                configs.config?["num_classes"]?.intValue
                ?? configs.config?["pretrained_cfg"]?["num_classes"]?.intValue
            return classes == 0 ? "image-feature-extraction" : "image-classification"
        }
        if let task = autoClass(configs)?.task { return task }
        switch configs.adapter?.string("task_type") {
        case "CAUSAL_LM"?: return "text-generation"
        case "SEQ_CLS"?: return "text-classification"
        case "TOKEN_CLS"?: return "token-classification"
        case "QUESTION_ANS"?: return "question-answering"
        case "SEQ_2_SEQ_LM"?: return "text2text-generation"
        case "FEATURE_EXTRACTION"?: return "feature-extraction"
        default: break
        }
        return library == "ultralytics" ? ultralytics(files) : nil
    }

    /// By the words in a diffusers pipeline's class name; `nil` for a single part such as a UNet or a ControlNet.
    private static func diffusers(_ name: String) -> String? {
        guard name.contains("Pipeline") else { return nil }
        let words: [(word: String, task: String)] = [
            ("ImageToVideo", "image-to-video"), ("StableVideoDiffusion", "image-to-video"),
            ("VideoToVideo", "video-to-video"), ("TextToVideo", "text-to-video"), ("AnimateDiff", "text-to-video"),
            ("CogVideoX", "text-to-video"), ("LTX", "text-to-video"), ("HunyuanVideo", "text-to-video"),
            ("Mochi", "text-to-video"), ("WanPipeline", "text-to-video"),
            ("Audio", "text-to-audio"), ("Music", "text-to-audio"),
            ("Marigold", "depth-estimation"),
            ("Img2Img", "image-to-image"), ("Inpaint", "image-to-image"), ("Upscale", "image-to-image"),
            ("SuperResolution", "image-to-image"), ("InstructPix2Pix", "image-to-image"),
            ("ImageVariation", "image-to-image"), ("Depth2Img", "image-to-image"), ("Kontext", "image-to-image"),
            ("ImageEdit", "image-to-image"),
        ]
        if let match = words.first(where: { name.contains($0.word) }) { return match.task }
        let unconditional = [
            "DDPM", "DDIM", "DiT", "PNDM", "ScoreSdeVe", "KarrasVe", "LDMPipeline", "ConsistencyModel",
            "LatentDiffusionU",
            "UNetUnconditional",
        ]
        if unconditional.contains(where: { name.hasPrefix($0) }) { return "unconditional-image-generation" }
        return "text-to-image"
    }

    /// The ending of a YOLO file's name says what its head does; none is detection.
    private static func ultralytics(_ files: RepoFiles) -> String {
        for path in files.paths {
            let name = RepoFiles.name(of: path).lowercased()
            guard name.hasPrefix("yolo") else { continue }
            if name.contains("-seg") { return "image-segmentation" }
            if name.contains("-cls") { return "image-classification" }
            if name.contains("-pose") { return "keypoint-detection" }
        }
        return "object-detection"
    }
}
