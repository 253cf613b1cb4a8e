// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A class of image processors of the reference library: its defaults, and what it does that others do not.
struct ImageProcessorClass: Sendable {
    enum Size: Sendable {
        case exact(Int, Int)
        case shortest(Int)
        case shortestWithin(Int, Int)
        case longest(Int)
    }

    /// What is special about a class's resize.
    enum Special: Sendable {
        case none
        /// Short edges below 384 are resized to edge / `crop_pct` and cropped back; longer ones are warped.
        case convNext
        case levit
        /// Edge / `crop_pct`, cropped by the ordinary crop.
        case poolFormer
        /// Sides brought down to a multiple of 16.
        case yolos
        /// Sides brought up to a multiple of `size_divisor`.
        case maskFormer
        case glpn
        case vilt
        case dpt
        case sam
    }

    var size: Size?
    /// What a bare number for the size means: a square, or the shorter side.
    var isSquare = true
    var filter = ResamplingFilter.bilinear
    var crop: Int?
    var crops = false
    var normalizes = true
    var mean = Self.half
    var deviation = Self.half
    var pads = false
    var divisor: Int?
    var cropPercent: Double?
    /// The longer side's limit when the configuration gives a bare number without one.
    var longestDefault: Int?
    var flipsChannels = false
    var special = Special.none

    static let half = [0.5, 0.5, 0.5]
    static let imageNetMean = [0.485, 0.456, 0.406]
    static let imageNetDeviation = [0.229, 0.224, 0.225]
    static let clipMean = [0.48145466, 0.4578275, 0.40821073]
    static let clipDeviation = [0.26862954, 0.26130258, 0.27577711]
}

extension ImageProcessorClass {
    /// By the name in `image_processor_type`, without endings such as "Fast".
    static let byName: [String: ImageProcessorClass] = [
        "ViTImageProcessor": vit,
        "DeiTImageProcessor": .init(size: .exact(256, 256), filter: .bicubic, crop: 224, crops: true),
        "BeitImageProcessor": .init(size: .exact(224, 224), filter: .bicubic, crop: 224),
        "ConvNextImageProcessor": .init(
            size: .shortest(384),
            isSquare: false,
            filter: .bicubic,
            cropPercent: 0.875,
            special: .convNext
        ),
        "BitImageProcessor": clip,
        "CLIPImageProcessor": clip,
        "ChineseCLIPImageProcessor": clip,
        "SiglipImageProcessor": .init(size: .exact(224, 224), isSquare: false, filter: .bicubic),
        "BlipImageProcessor": .init(
            size: .exact(384, 384),
            filter: .bicubic,
            mean: clipMean,
            deviation: clipDeviation
        ),
        "MobileNetV1ImageProcessor": mobileNet,
        "MobileNetV2ImageProcessor": mobileNet,
        "MobileViTImageProcessor": .init(
            size: .shortest(224),
            isSquare: false,
            filter: .bicubic,
            crop: 256,
            crops: true,
            normalizes: false,
            flipsChannels: true
        ),
        "LevitImageProcessor": .init(
            size: .shortest(224),
            isSquare: false,
            filter: .bicubic,
            crop: 224,
            crops: true,
            mean: imageNetMean,
            deviation: imageNetDeviation,
            special: .levit
        ),
        "PoolFormerImageProcessor": .init(
            size: .shortest(224),
            isSquare: false,
            filter: .bicubic,
            crop: 224,
            crops: true,
            mean: imageNetMean,
            deviation: imageNetDeviation,
            cropPercent: 0.9,
            special: .poolFormer
        ),
        "PvtImageProcessor": .init(
            size: .exact(224, 224),
            filter: .bicubic,
            mean: imageNetMean,
            deviation: imageNetDeviation
        ),
        "DINOv3ViTImageProcessor": .init(size: .exact(224, 224), mean: imageNetMean, deviation: imageNetDeviation),
        "DetrImageProcessor": detr,
        "ConditionalDetrImageProcessor": detr,
        "DeformableDetrImageProcessor": detr,
        "GroundingDinoImageProcessor": detr,
        "YolosImageProcessor": detection(special: .yolos),
        "RTDetrImageProcessor": .init(
            size: .exact(640, 640),
            isSquare: false,
            normalizes: false,
            mean: imageNetMean,
            deviation: imageNetDeviation
        ),
        "MaskFormerImageProcessor": maskFormer,
        "Mask2FormerImageProcessor": maskFormer,
        "SegformerImageProcessor": .init(size: .exact(512, 512), mean: imageNetMean, deviation: imageNetDeviation),
        "DPTImageProcessor": .init(size: .exact(384, 384), filter: .bicubic, special: .dpt),
        "GLPNImageProcessor": .init(normalizes: false, divisor: 32, special: .glpn),
        "OwlViTImageProcessor": .init(
            size: .exact(768, 768),
            filter: .bicubic,
            crop: 768,
            mean: clipMean,
            deviation: clipDeviation
        ),
        "ViltImageProcessor": .init(
            size: .shortest(384),
            isSquare: false,
            filter: .bicubic,
            pads: true,
            divisor: 32,
            special: .vilt
        ),
        "LayoutLMv3ImageProcessor": .init(size: .exact(224, 224)),
        "SamImageProcessor": .init(
            size: .longest(1024),
            mean: imageNetMean,
            deviation: imageNetDeviation,
            pads: true,
            special: .sam
        ),
    ]

    /// By `model_type`, for configurations that name no class.
    static let nameByModelType: [String: String] = [
        "beit": "BeitImageProcessor", "bit": "BitImageProcessor", "blip": "BlipImageProcessor",
        "chinese_clip": "ChineseCLIPImageProcessor", "clip": "CLIPImageProcessor", "clipseg": "ViTImageProcessor",
        "conditional_detr": "ConditionalDetrImageProcessor", "convnext": "ConvNextImageProcessor",
        "convnextv2": "ConvNextImageProcessor", "cvt": "ConvNextImageProcessor",
        "data2vec-vision": "BeitImageProcessor", "deformable_detr": "DeformableDetrImageProcessor",
        "deit": "DeiTImageProcessor", "depth_anything": "DPTImageProcessor", "detr": "DetrImageProcessor",
        "dinov2": "BitImageProcessor", "dinov3_vit": "DINOv3ViTImageProcessor", "dpt": "DPTImageProcessor",
        "focalnet": "BitImageProcessor", "glpn": "GLPNImageProcessor",
        "grounding-dino": "GroundingDinoImageProcessor", "groupvit": "CLIPImageProcessor", "hiera": "BitImageProcessor",
        "levit": "LevitImageProcessor", "mask2former": "Mask2FormerImageProcessor",
        "maskformer": "MaskFormerImageProcessor", "mobilenet_v1": "MobileNetV1ImageProcessor",
        "mobilenet_v2": "MobileNetV2ImageProcessor", "mobilevit": "MobileViTImageProcessor",
        "mobilevitv2": "MobileViTImageProcessor", "owlvit": "OwlViTImageProcessor",
        "poolformer": "PoolFormerImageProcessor", "pvt": "PvtImageProcessor", "pvt_v2": "PvtImageProcessor",
        "regnet": "ConvNextImageProcessor", "resnet": "ConvNextImageProcessor", "rt_detr": "RTDetrImageProcessor",
        "sam": "SamImageProcessor", "segformer": "SegformerImageProcessor", "siglip": "SiglipImageProcessor",
        "swin": "ViTImageProcessor", "swinv2": "ViTImageProcessor", "table-transformer": "DetrImageProcessor",
        "upernet": "SegformerImageProcessor", "vilt": "ViltImageProcessor", "vit": "ViTImageProcessor",
        "vit_mae": "ViTImageProcessor", "vit_msn": "ViTImageProcessor", "yolos": "YolosImageProcessor",
    ]

    private static let vit = ImageProcessorClass(size: .exact(224, 224))
    private static let clip = ImageProcessorClass(
        size: .shortest(224),
        isSquare: false,
        filter: .bicubic,
        crop: 224,
        crops: true,
        mean: clipMean,
        deviation: clipDeviation
    )
    private static let mobileNet = ImageProcessorClass(size: .shortest(256), isSquare: false, crop: 224, crops: true)
    private static let detr = detection(special: .none, longestDefault: 1333)
    private static let maskFormer = detection(special: .maskFormer, divisor: 32)

    private static func detection(special: Special, longestDefault: Int? = 1333, divisor: Int? = nil) -> Self {
        ImageProcessorClass(
            size: .shortestWithin(800, 1333),
            isSquare: false,
            mean: imageNetMean,
            deviation: imageNetDeviation,
            pads: true,
            divisor: divisor,
            longestDefault: longestDefault,
            special: special
        )
    }
}
