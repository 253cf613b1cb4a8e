// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension VisionTasks {
    static let zeroShot: [TaskDescription] = [
        TaskDescription(
            id: "zero-shot-image-classification",
            label: "Zero-Shot Image Classification",
            summary: "Chooses among labels that are given with the request.",
            about: """
                Image and labels are put into one space of vectors; the nearest label wins. No training on \
                the labels is needed.
                """,
            input: """
                An image (raw bytes, or base64 in `inputs`) and `parameters.candidate_labels`, at least \
                two strings; optional `hypothesis_template`
                """,
            output: "[{label: string, score: number}]",
            metrics: ["accuracy"],
            libraries: ["transformers", "open_clip"],
            autoClasses: ["AutoModelForZeroShotImageClassification"],
            architectures: ["clip", "siglip", "groupvit"]
        ),
        TaskDescription(
            id: "zero-shot-object-detection",
            label: "Zero-Shot Object Detection",
            summary: "Finds objects that are described in words.",
            about: "The labels come with the request; every finding says which of them it matches best.",
            input: "An image (raw bytes, or base64 in `inputs`) and `parameters.candidate_labels`",
            output: "[{label: string, score: number, box: {xmin: int, ymin: int, xmax: int, ymax: int}}]",
            metrics: ["map"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForZeroShotObjectDetection"],
            architectures: ["owlvit", "owlv2", "grounding-dino"]
        ),
        TaskDescription(
            id: "zero-shot-image-segmentation",
            label: "Zero-Shot Image Segmentation",
            summary: "Marks the pixels that match words given with the request.",
            about: """
                An id of this hub: elsewhere such models are listed under image segmentation. Each label \
                gets a mask of its own.
                """,
            input: "An image (raw bytes, or base64 in `inputs`) and `parameters.candidate_labels`",
            output: "[{label: string, score: number, mask: base64 PNG}]",
            metrics: ["mean_iou"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForImageSegmentation"],
            architectures: ["clipseg", "groupvit"]
        ),
        TaskDescription(
            id: "zero-shot-video-classification",
            label: "Zero-Shot Video Classification",
            summary: "Chooses among labels given with the request for a short video.",
            about: """
                An id of this hub: elsewhere such models are listed under video classification. Frames and \
                labels are compared in one space of vectors.
                """,
            input: "A video (raw bytes, or base64 in `inputs`) and `parameters.candidate_labels`",
            output: "[{label: string, score: number}]",
            metrics: ["accuracy"],
            libraries: ["transformers"],
            autoClasses: ["AutoModel"],
            architectures: ["xclip"]
        ),
    ]

    static let generation: [TaskDescription] = [
        TaskDescription(
            id: "image-to-text",
            label: "Image-to-Text",
            summary: "Writes text for an image: a caption, or the words in it.",
            about: """
                The same kind of network describes pictures and reads printed or handwritten lines; which \
                one depends on its training.
                """,
            input: "An image (raw bytes, or base64 in `inputs`)",
            output: "[{generated_text: string}]",
            metrics: ["bleu", "cer"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForImageTextToText"],
            architectures: ["blip", "git", "vision-encoder-decoder"]
        ),
        TaskDescription(
            id: "visual-question-answering",
            label: "Visual Question Answering",
            summary: "Answers a question about an image.",
            about: "Some models choose among known answers, others write one.",
            input: "`{inputs: {question: string, image: base64}}`",
            output: "[{answer: string, score: number}]",
            metrics: ["accuracy"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForVisualQuestionAnswering"],
            architectures: ["vilt", "blip"]
        ),
        TaskDescription(
            id: "document-question-answering",
            label: "Document Question Answering",
            summary: "Answers a question about a scanned page.",
            about: """
                Models work on the picture alone, or on words with their places on the page, which the \
                request may give.
                """,
            input: "`{inputs: {question: string, image: base64}}`; optional `word_boxes`",
            output: "[{answer: string, score: number, start: int, end: int}]",
            metrics: ["anls"],
            libraries: ["transformers"],
            autoClasses: ["AutoModelForDocumentQuestionAnswering"],
            architectures: ["layoutlm", "layoutlmv3", "vision-encoder-decoder"]
        ),
        TaskDescription(
            id: "text-to-image",
            label: "Text-to-Image",
            summary: "Draws an image from a description.",
            about: """
                Diffusion models start from noise and remove it step by step, led by the text. The seed \
                decides which of many images comes out.
                """,
            input: """
                `{inputs: string}`; parameters `width`, `height`, `num_inference_steps`, `guidance_scale`, \
                `negative_prompt`, `seed`
                """,
            output: "image/png",
            metrics: ["fid", "clip_score"],
            libraries: ["diffusers"],
            autoClasses: [],
            architectures: ["StableDiffusionPipeline"]
        ),
        TaskDescription(
            id: "image-to-image",
            label: "Image-to-Image",
            summary: "Makes a new image from an image.",
            about: """
                Super-resolution gives it more pixels; other models clean, colour or redraw it, some by a \
                text.
                """,
            input: "An image (raw bytes, or base64 in `inputs`); optional `prompt`",
            output: "image/png",
            metrics: ["psnr", "ssim"],
            libraries: ["transformers", "diffusers"],
            autoClasses: ["AutoModelForImageToImage"],
            architectures: ["swin2sr"]
        ),
        TaskDescription(
            id: "unconditional-image-generation",
            label: "Unconditional Image Generation",
            summary: "Draws an image like those it was trained on, with nothing asked.",
            about: """
                Only a seed goes in. Such models show what a training set looks like and serve as a start \
                for others.
                """,
            input: "`{inputs: }`; parameters `num_inference_steps`, `seed`",
            output: "image/png",
            metrics: ["fid"],
            libraries: ["diffusers"],
            autoClasses: [],
            architectures: ["DDPMPipeline"]
        ),
    ]
}
