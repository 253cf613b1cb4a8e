// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One task a model can be made for, as `pipeline_tag` names it.
public struct PipelineTag: Sendable, Hashable {
    public let id: String
    public let label: String
    /// `cv`, `multimodal`, `nlp`, `audio`, `tabular`, `rl` or `other`.
    public let modality: String
}

extension PipelineTag {
    /// Every task, in the order it is shown.
    ///
    /// `zero-shot-image-segmentation` and `zero-shot-video-classification` are this hub's own: models that segment or
    /// classify by free text have no id of their own elsewhere.
    public static let all: [PipelineTag] = groups.flatMap { modality, list in
        list.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "|", maxSplits: 1)
            guard let id = parts.first, let label = parts.last else { return nil }
            return PipelineTag(id: String(id), label: String(label), modality: modality)
        }
    }

    /// The task of that id.
    public static func named(_ id: String) -> PipelineTag? { byID[id] }

    private static let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private static let groups: [(modality: String, list: String)] = [
        (
            "multimodal",
            """
            audio-text-to-text|Audio-Text-to-Text
            image-text-to-text|Image-Text-to-Text
            image-text-to-image|Image-Text-to-Image
            image-text-to-video|Image-Text-to-Video
            visual-question-answering|Visual Question Answering
            document-question-answering|Document Question Answering
            video-text-to-text|Video-Text-to-Text
            visual-document-retrieval|Visual Document Retrieval
            any-to-any|Any-to-Any
            """
        ),
        (
            "cv",
            """
            depth-estimation|Depth Estimation
            image-classification|Image Classification
            object-detection|Object Detection
            image-segmentation|Image Segmentation
            text-to-image|Text-to-Image
            image-to-text|Image-to-Text
            image-to-image|Image-to-Image
            image-to-video|Image-to-Video
            unconditional-image-generation|Unconditional Image Generation
            video-classification|Video Classification
            text-to-video|Text-to-Video
            zero-shot-image-classification|Zero-Shot Image Classification
            mask-generation|Mask Generation
            zero-shot-object-detection|Zero-Shot Object Detection
            zero-shot-image-segmentation|Zero-Shot Image Segmentation
            zero-shot-video-classification|Zero-Shot Video Classification
            text-to-3d|Text-to-3D
            image-to-3d|Image-to-3D
            image-feature-extraction|Image Feature Extraction
            keypoint-detection|Keypoint Detection
            video-to-video|Video-to-Video
            """
        ),
        (
            "nlp",
            """
            text-classification|Text Classification
            token-classification|Token Classification
            table-question-answering|Table Question Answering
            question-answering|Question Answering
            zero-shot-classification|Zero-Shot Classification
            translation|Translation
            summarization|Summarization
            feature-extraction|Feature Extraction
            text-generation|Text Generation
            text2text-generation|Text2Text Generation
            fill-mask|Fill-Mask
            sentence-similarity|Sentence Similarity
            text-ranking|Text Ranking
            table-to-text|Table to Text
            multiple-choice|Multiple Choice
            text-retrieval|Text Retrieval
            """
        ),
        (
            "audio",
            """
            text-to-speech|Text-to-Speech
            text-to-audio|Text-to-Audio
            automatic-speech-recognition|Automatic Speech Recognition
            audio-to-audio|Audio-to-Audio
            audio-classification|Audio Classification
            voice-activity-detection|Voice Activity Detection
            """
        ),
        (
            "tabular",
            """
            tabular-classification|Tabular Classification
            tabular-regression|Tabular Regression
            tabular-to-text|Tabular to Text
            time-series-forecasting|Time Series Forecasting
            """
        ),
        (
            "rl",
            """
            reinforcement-learning|Reinforcement Learning
            robotics|Robotics
            """
        ),
        (
            "other",
            """
            graph-ml|Graph Machine Learning
            other|Other
            """
        ),
    ]
}
