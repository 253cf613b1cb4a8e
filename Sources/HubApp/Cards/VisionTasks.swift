// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The texts of `TaskCatalog`; inputs and outputs are those of the inference routes.
enum VisionTasks {
    static let recognition: [TaskDescription] = [
        TaskDescription(
            id: "image-classification",
            label: "Image Classification",
            summary: "Says which of the trained classes an image belongs to.",
            about: """
                The model gives each class a score. One-label models share a total of one among the \
                classes; multi-label models score each class by itself.
                """,
            input: "An image (raw bytes, or base64 in `inputs`); parameters `top_k`, `function_to_apply`",
            output: "[{label: string, score: number}]",
            metrics: ["accuracy", "f1"],
            libraries: ["transformers", "timm"],
            autoClasses: ["AutoModelForImageClassification"],
            architectures: ["vit", "resnet", "convnext", "swin", "beit", "deit", "efficientnet", "mobilevit"]
        ),
        TaskDescription(
            id: "object-detection",
            label: "Object Detection",
            summary: "Finds objects of trained classes and draws a box around each.",
            about: """
                Every finding has a class, a score and a box in pixels of the image that was sent. \
                Findings below the threshold are left out.
                """,
            input: "An image (raw bytes, or base64 in `inputs`); parameter `threshold`",
            output: "[{label: string, score: number, box: {xmin: int, ymin: int, xmax: int, ymax: int}}]",
            metrics: ["mean_iou", "map"],
            libraries: ["transformers", "ultralytics"],
            autoClasses: ["AutoModelForObjectDetection"],
            architectures: ["detr", "conditional_detr", "deformable_detr", "rt_detr", "yolos", "table-transformer"]
        ),
        TaskDescription(
            id: "image-segmentation",
            label: "Image Segmentation",
            summary: "Says for every pixel what it belongs to.",
            about: """
                Semantic segmentation names the class of each pixel, instance segmentation tells objects \
                of one class apart, and panoptic segmentation does both.
                """,
            input: """
                An image (raw bytes, or base64 in `inputs`); parameters `subtask`, `threshold`, \
                `mask_threshold`, `overlap_mask_area_threshold`
                """,
            output: "[{label: string, mask: base64 PNG, score?: number}]",
            metrics: ["mean_iou", "accuracy"],
            libraries: ["transformers"],
            autoClasses: [
                "AutoModelForSemanticSegmentation", "AutoModelForInstanceSegmentation",
                "AutoModelForUniversalSegmentation",
            ],
            architectures: ["segformer", "mask2former", "maskformer", "upernet", "detr", "dpt"]
        ),
        TaskDescription(
            id: "depth-estimation",
            label: "Depth Estimation",
            summary: "Estimates how far away each pixel is.",
            about: """
                From one picture the model makes a map of depths. Most models give relative depths; some \
                are trained to give metres.
                """,
            input: "An image (raw bytes, or base64 in `inputs`)",
            output: "{depth: base64 PNG, predicted_depth: number[][]}",
            metrics: ["absrel", "rmse"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForDepthEstimation"],
            architectures: ["dpt", "depth_anything", "glpn"]
        ),
        TaskDescription(
            id: "image-feature-extraction",
            label: "Image Feature Extraction",
            summary: "Turns an image into numbers that other programs can compare.",
            about: """
                The answer is what the network sees before any class is chosen. Near vectors mean like \
                images, which serves search, grouping and training on few examples.
                """,
            input: "An image (raw bytes, or base64 in `inputs`)",
            output: "number[][]",
            metrics: [],
            libraries: ["transformers", "timm"],
            autoClasses: ["AutoModel"],
            architectures: ["vit", "dinov2", "vit_mae", "convnext"]
        ),
        TaskDescription(
            id: "mask-generation",
            label: "Mask Generation",
            summary: "Cuts objects out of an image without naming them.",
            about: """
                Points or boxes say what to cut out; without them a grid of points finds everything there \
                is.
                """,
            input: "An image (raw bytes, or base64 in `inputs`); optional points or boxes",
            output: "{masks: base64 PNG[], scores: number[]}",
            metrics: ["mean_iou"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForMaskGeneration"],
            architectures: ["sam"]
        ),
        TaskDescription(
            id: "video-classification",
            label: "Video Classification",
            summary: "Says what happens in a short video.",
            about: """
                A few frames are taken at even distances and classified together, so that motion counts as \
                well as looks.
                """,
            input: """
                A video (raw bytes, or base64 in `inputs`); parameters `num_frames`, \
                `frame_sampling_rate`, `top_k`
                """,
            output: "[{label: string, score: number}]",
            metrics: ["accuracy"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForVideoClassification"],
            architectures: ["videomae", "timesformer", "vivit"]
        ),
        TaskDescription(
            id: "keypoint-detection",
            label: "Keypoint Detection",
            summary: "Finds marked points such as joints or corners.",
            about: """
                The points may be parts of a body or features that can be found again in another picture \
                of the same thing.
                """,
            input: "An image (raw bytes, or base64 in `inputs`)",
            output: "[{label: string, score: number, x: number, y: number}]",
            metrics: [],
            libraries: ["transformers", "ultralytics"],
            autoClasses: ["AutoModelForKeypointDetection"],
            architectures: ["vitpose", "superpoint"]
        ),
    ]
}
