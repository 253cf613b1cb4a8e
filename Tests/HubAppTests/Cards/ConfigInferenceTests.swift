// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubApp
import HubCore
import Testing

@Suite struct ConfigInferenceTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/configs")

    @Test(arguments: [
        ("beit", "transformers", "image-classification"),
        ("blip_captioning", "transformers", "image-to-text"),
        ("blip_vqa", "transformers", "visual-question-answering"),
        ("clip", "transformers", "zero-shot-image-classification"),
        ("clipseg", "transformers", "image-segmentation"),
        ("conditional_detr", "transformers", "object-detection"),
        ("convnext", "transformers", "image-classification"),
        ("convnextv2", "transformers", "image-classification"),
        ("ddpm", "diffusers", "unconditional-image-generation"),
        ("deformable_detr", "transformers", "object-detection"),
        ("deit", "transformers", "image-classification"),
        ("depth_anything", "transformers", "depth-estimation"),
        ("detr", "transformers", "object-detection"),
        ("detr_panoptic", "transformers", "image-segmentation"),
        ("detr_timm", "transformers", "object-detection"),
        ("dinov2", "transformers", "image-classification"),
        ("donut_docvqa", "transformers", "image-to-text"),
        ("dpt", "transformers", "depth-estimation"),
        ("dpt_hybrid", "transformers", "depth-estimation"),
        ("dpt_segmentation", "transformers", "image-segmentation"),
        ("efficientnet", "transformers", "image-classification"),
        ("git_captioning", "transformers", "image-to-text"),
        ("glpn", "transformers", "depth-estimation"),
        ("groupvit", "transformers", "zero-shot-image-classification"),
        ("layoutlm_docqa", "transformers", "document-question-answering"),
        ("layoutlmv3_docqa", "transformers", "document-question-answering"),
        ("mask2former_swin", "transformers", "image-segmentation"),
        ("maskformer_swin", "transformers", "image-segmentation"),
        ("mobilenet_v2", "transformers", "image-classification"),
        ("mobilevit", "transformers", "image-classification"),
        ("owlv2", "transformers", "zero-shot-object-detection"),
        ("owlvit", "transformers", "zero-shot-object-detection"),
        ("regnet", "transformers", "image-classification"),
        ("resnet", "transformers", "image-classification"),
        ("resnet18_basic_multilabel", "transformers", "image-classification"),
        ("rt_detr", "transformers", "object-detection"),
        ("sam", "transformers", "mask-generation"),
        ("segformer", "transformers", "image-segmentation"),
        ("siglip", "transformers", "zero-shot-image-classification"),
        ("stable_diffusion", "diffusers", "text-to-image"),
        ("swin", "transformers", "image-classification"),
        ("swin2sr", "transformers", "image-to-image"),
        ("swinv2", "transformers", "image-classification"),
        ("table_transformer", "transformers", "object-detection"),
        ("timesformer", "transformers", "video-classification"),
        ("timm_efficientnet", "timm", "image-classification"),
        ("timm_resnet", "timm", "image-classification"),
        ("timm_vit", "timm", "image-classification"),
        ("trocr", "transformers", "image-to-text"),
        ("upernet_convnext", "transformers", "image-segmentation"),
        ("videomae", "transformers", "video-classification"),
        ("vilt_vqa", "transformers", "visual-question-answering"),
        ("vit", "transformers", "image-classification"),
        ("vit_bf16", "transformers", "image-classification"),
        ("vit_features", "transformers", "image-feature-extraction"),
        ("vit_gpt2_captioning", "transformers", "image-to-text"),
        ("vit_mae", "transformers", "image-feature-extraction"),
        ("vivit", "transformers", "video-classification"),
        ("xclip", "transformers", "zero-shot-video-classification"),
        ("yolos", "transformers", "object-detection"),
    ])
    func `library and task are told from the configuration`(name: String, library: String, task: String) throws {
        let path = ["ddpm", "stable_diffusion"].contains(name) ? "model_index.json" : "config.json"
        let bytes = try Data(contentsOf: Self.folder.appending(path: "\(name)/\(path)"))
        let metadata = RepoMetadata.build(
            kind: .model,
            paths: [path, "model.safetensors"],
            read: [path: Array(bytes)]
        )
        #expect(metadata.libraryName == library)
        #expect(metadata.pipelineTag == task)
        #expect(metadata.cardError == nil)
    }
}
