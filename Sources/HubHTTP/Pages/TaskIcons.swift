// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The picture of each task in `Public/assets/icons.svg`.
enum TaskIcons {
    static func path(_ task: String) -> String { "/assets/icons.svg#" + (names[task] ?? "task") }

    private static let names = [
        "image-classification": "labels", "zero-shot-image-classification": "labels-free",
        "object-detection": "boxes", "zero-shot-object-detection": "boxes-free",
        "image-segmentation": "masks", "zero-shot-image-segmentation": "masks", "mask-generation": "masks",
        "depth-estimation": "depth", "image-feature-extraction": "vector", "image-to-text": "caption",
        "image-text-to-text": "caption", "visual-question-answering": "question",
        "document-question-answering": "question", "image-to-image": "image", "text-to-image": "image",
        "unconditional-image-generation": "image", "keypoint-detection": "points", "keypoint-matching": "points",
        "video-classification": "video", "image-to-video": "video", "text-to-video": "video",
    ]
}
