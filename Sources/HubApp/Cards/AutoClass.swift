// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What loads an architecture in transformers, and what for.
struct AutoClass: Sendable, Hashable {
    /// `AutoModelForImageClassification`, …
    let model: String
    let task: String?
    /// `AutoImageProcessor`, `AutoTokenizer`, …
    let processor: String?

    /// By the exact name of the architecture first, then by the longest ending, then for bare encoders by family.
    static func of(architecture: String, modelType: String?) -> AutoClass? {
        if let exact = exact[architecture] { return exact }
        if let ending = endings.first(where: { architecture.hasSuffix($0.ending) }) { return ending.loads }
        guard architecture.hasSuffix("Model") || architecture.hasSuffix("ForPreTraining") else { return nil }
        guard let modelType else { return nil }
        if visionBackbones.contains(modelType) {
            return AutoClass("AutoModel", "image-feature-extraction", "AutoImageProcessor")
        }
        guard architecture.hasSuffix("Model") else { return AutoClass("AutoModelForPreTraining", nil, "AutoTokenizer") }
        let processor = audioEncoders.contains(modelType) ? "AutoFeatureExtractor" : "AutoTokenizer"
        return AutoClass("AutoModel", "feature-extraction", processor)
    }

    private init(_ model: String, _ task: String?, _ processor: String?) {
        self.model = model
        self.task = task
        self.processor = processor
    }

    private static func image(_ head: String, _ task: String) -> AutoClass {
        AutoClass("AutoModelFor\(head)", task, "AutoImageProcessor")
    }

    private static func text(_ head: String, _ task: String) -> AutoClass {
        AutoClass("AutoModelFor\(head)", task, "AutoTokenizer")
    }

    private static func both(_ head: String, _ task: String) -> AutoClass {
        AutoClass("AutoModelFor\(head)", task, "AutoProcessor")
    }

    private static func audio(_ head: String, _ task: String, _ processor: String = "AutoProcessor") -> AutoClass {
        AutoClass("AutoModelFor\(head)", task, processor)
    }

    /// Architectures whose name says something else than what they are for.
    private static let exact: [String: AutoClass] = {
        var table: [String: AutoClass] = [:]
        func add(_ names: [String], _ loads: AutoClass) { for name in names { table[name] = loads } }
        add(
            [
                "CLIPModel", "SiglipModel", "Siglip2Model", "AlignModel", "AltCLIPModel", "ChineseCLIPModel",
                "MetaClip2Model", "BlipModel", "FlavaModel",
            ],
            both("ZeroShotImageClassification", "zero-shot-image-classification")
        )
        // Group tokens give a segmentation; the image-text score is what every client can ask for.
        add(["GroupViTModel"], AutoClass("AutoModel", "zero-shot-image-classification", "AutoProcessor"))
        add(["XCLIPModel"], AutoClass("AutoModel", "zero-shot-video-classification", "AutoProcessor"))
        add(
            [
                "OwlViTForObjectDetection", "Owlv2ForObjectDetection", "GroundingDinoForObjectDetection",
                "MMGroundingDinoForObjectDetection", "OmDetTurboForObjectDetection",
            ],
            both("ZeroShotObjectDetection", "zero-shot-object-detection")
        )
        add(["CLIPSegForImageSegmentation"], image("ImageSegmentation", "image-segmentation"))
        add(["DetrForSegmentation"], image("ImageSegmentation", "image-segmentation"))
        add(
            ["SamModel", "SamHQModel", "Sam2Model", "EdgeTamModel"],
            AutoClass("AutoModelForMaskGeneration", "mask-generation", "AutoProcessor")
        )
        add(
            [
                "VisionEncoderDecoderModel", "GitForCausalLM", "BlipForConditionalGeneration",
                "Pix2StructForConditionalGeneration", "Blip2ForConditionalGeneration",
            ],
            both("ImageTextToText", "image-to-text")
        )
        let imageTextToText = [
            "Llava", "LlavaNext", "LlavaOnevision", "Idefics", "Idefics2", "Idefics3", "PaliGemma", "Qwen2VL",
            "Qwen2_5_VL", "Qwen3VL", "Mllama", "Florence2", "Gemma3", "SmolVLM", "InternVL", "Kosmos2", "AyaVision",
            "Fuyu", "Chameleon", "InstructBlip", "Mistral3", "Llama4", "Glm4v",
        ]
        add(imageTextToText.map { $0 + "ForConditionalGeneration" }, both("ImageTextToText", "image-text-to-text"))
        add(["Idefics2ForVisionText2Text", "IdeficsForVisionText2Text"], both("ImageTextToText", "image-text-to-text"))
        add(
            ["ViltForQuestionAnswering", "BlipForQuestionAnswering", "LxmertForQuestionAnswering"],
            both("VisualQuestionAnswering", "visual-question-answering")
        )
        let documents = ["LayoutLM", "LayoutLMv2", "LayoutLMv3", "LayoutXLM", "LiLT", "Lilt"]
        add(
            documents.map { $0 + "ForQuestionAnswering" },
            both("DocumentQuestionAnswering", "document-question-answering")
        )
        add(
            ["WhisperForConditionalGeneration", "Speech2TextForConditionalGeneration", "SpeechEncoderDecoderModel"],
            audio("SpeechSeq2Seq", "automatic-speech-recognition")
        )
        add(
            ["VitsModel", "FastSpeech2ConformerWithHifiGan"],
            audio("TextToWaveform", "text-to-speech", "AutoTokenizer")
        )
        add(["MusicgenForConditionalGeneration", "BarkModel"], audio("TextToWaveform", "text-to-audio"))
        add(["ClapModel"], AutoClass("AutoModel", "zero-shot-audio-classification", "AutoProcessor"))
        add(["TapasForQuestionAnswering"], text("TableQuestionAnswering", "table-question-answering"))
        add(["MarianMTModel"], text("Seq2SeqLM", "translation"))
        return table
    }()

    /// Longer endings before the ones they end in.
    private static let endings: [(ending: String, loads: AutoClass)] = [
        ("ForImageClassificationWithTeacher", image("ImageClassification", "image-classification")),
        ("ForImageClassification", image("ImageClassification", "image-classification")),
        ("ForVideoClassification", image("VideoClassification", "video-classification")),
        ("ForZeroShotObjectDetection", both("ZeroShotObjectDetection", "zero-shot-object-detection")),
        ("ForObjectDetection", image("ObjectDetection", "object-detection")),
        ("ForSemanticSegmentation", image("SemanticSegmentation", "image-segmentation")),
        ("ForInstanceSegmentation", image("InstanceSegmentation", "image-segmentation")),
        ("ForUniversalSegmentation", image("UniversalSegmentation", "image-segmentation")),
        ("ForImageSegmentation", image("ImageSegmentation", "image-segmentation")),
        ("ForDepthEstimation", image("DepthEstimation", "depth-estimation")),
        ("ForImageSuperResolution", image("ImageToImage", "image-to-image")),
        ("ForImageToImage", image("ImageToImage", "image-to-image")),
        ("ForImageMatting", image("ImageMatting", "image-segmentation")),
        ("ForKeypointDetection", image("KeypointDetection", "keypoint-detection")),
        ("ForPoseEstimation", image("KeypointDetection", "keypoint-detection")),
        ("ForMaskedImageModeling", image("MaskedImageModeling", "image-feature-extraction")),
        ("ForMaskGeneration", image("MaskGeneration", "mask-generation")),
        ("ForVisualQuestionAnswering", both("VisualQuestionAnswering", "visual-question-answering")),
        ("ForDocumentQuestionAnswering", both("DocumentQuestionAnswering", "document-question-answering")),
        ("ForAudioClassification", audio("AudioClassification", "audio-classification", "AutoFeatureExtractor")),
        ("ForCTC", audio("CTC", "automatic-speech-recognition")),
        ("ForSpeechSeq2Seq", audio("SpeechSeq2Seq", "automatic-speech-recognition")),
        ("ForTextToSpeech", audio("TextToSpectrogram", "text-to-speech")),
        ("ForSequenceClassification", text("SequenceClassification", "text-classification")),
        ("ForTokenClassification", text("TokenClassification", "token-classification")),
        ("ForMultipleChoice", text("MultipleChoice", "multiple-choice")),
        ("ForQuestionAnswering", text("QuestionAnswering", "question-answering")),
        ("ForMaskedLM", text("MaskedLM", "fill-mask")),
        ("WithLMHeadModel", text("MaskedLM", "fill-mask")),
        ("ForCausalLM", text("CausalLM", "text-generation")),
        ("LMHeadModel", text("CausalLM", "text-generation")),
        ("ForConditionalGeneration", text("Seq2SeqLM", "text2text-generation")),
        ("ForPrediction", AutoClass("AutoModelForTimeSeriesPrediction", "time-series-forecasting", nil)),
    ]

    /// Families whose bare encoder turns an image into features.
    private static let visionBackbones: Set<String> = [
        "beit", "bit", "clip_vision_model", "convnext", "convnextv2", "cvt", "data2vec-vision", "deit", "dinat",
        "dinov2", "dinov2_with_registers", "dinov3_vit", "dinov3_convnext", "efficientformer", "efficientnet",
        "focalnet", "hiera", "ijepa", "imagegpt", "levit", "mobilenet_v1", "mobilenet_v2", "mobilevit", "mobilevitv2",
        "nat", "poolformer", "pvt", "pvt_v2", "regnet", "resnet", "segformer", "siglip_vision_model", "swiftformer",
        "swin", "swinv2", "textnet", "timm_wrapper", "van", "vit", "vit_hybrid", "vit_mae", "vit_msn", "vitdet",
        "yolos", "aimv2_vision_model", "mlcd", "pixtral",
    ]

    private static let audioEncoders: Set<String> = [
        "wav2vec2", "hubert", "wavlm", "unispeech", "data2vec-audio", "audio-spectrogram-transformer", "mimi",
        "encodec",
    ]
}
