// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a network is for, by the names that model cards use.
public enum VisionTask: String, Sendable, Hashable, CaseIterable {
    case imageClassification = "image-classification"
    case imageFeatureExtraction = "image-feature-extraction"
    case zeroShotImageClassification = "zero-shot-image-classification"
    case objectDetection = "object-detection"
    case zeroShotObjectDetection = "zero-shot-object-detection"
    case imageSegmentation = "image-segmentation"
    case zeroShotImageSegmentation = "zero-shot-image-segmentation"
    case depthEstimation = "depth-estimation"
    case visualQuestionAnswering = "visual-question-answering"
}
