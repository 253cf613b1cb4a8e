// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension ImageProcessorSettings {
    /// Reads the settings that a model repo gives.
    ///
    /// - Parameters:
    ///   - processor: `processor_config.json`, whose member `image_processor` comes first.
    ///   - preprocessor: `preprocessor_config.json`.
    ///   - model: `config.json`; a timm model has its settings there, others the type that decides the class when
    ///     nothing else names one.
    ///
    /// Throws `HubError`: `unsupported` for a class that is not known, `unprocessable` for values that make no sense.
    public init(processor: JSONValue?, preprocessor: JSONValue?, model: JSONValue?) throws(HubError) {
        if let settings = processor?["image_processor"] ?? preprocessor, settings.objectValue != nil {
            let name = try Self.className(settings, modelType: model?["model_type"]?.stringValue)
            if name != "TimmWrapperImageProcessor" {
                guard let kind = ImageProcessorClass.byName[name] else {
                    throw HubError(.unsupported, "The image processor \(name) is not supported")
                }
                try self.init(SettingsReader(settings), as: kind)
                return
            }
        }
        guard let timm = model?["pretrained_cfg"] else {
            throw HubError(
                .unsupported,
                "The model says nothing about its images: it has neither preprocessor_config.json nor pretrained_cfg"
            )
        }
        try self.init(timm: SettingsReader(timm))
    }

    /// The class, by its name of today.
    private static func className(_ settings: JSONValue, modelType: String?) throws(HubError) -> String {
        if var name = settings["image_processor_type"]?.stringValue {
            for ending in ["Fast", "Pil"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
            return name
        }
        if let name = settings["feature_extractor_type"]?.stringValue {
            let ending = "FeatureExtractor"
            return name.hasSuffix(ending) ? name.dropLast(ending.count) + "ImageProcessor" : name
        }
        guard let modelType, let name = ImageProcessorClass.nameByModelType[modelType] else {
            throw HubError(.unsupported, "preprocessor_config.json names no class of image processor")
        }
        return name
    }

    private init(_ settings: SettingsReader, as kind: ImageProcessorClass) throws(HubError) {
        filter = try settings.filter("resample") ?? kind.filter
        flipsChannels = try settings.flag("do_flip_channel_order") ?? kind.flipsChannels
        if try settings.flag("do_rescale") ?? true {
            let factor = try settings.number("rescale_factor") ?? 1 / 255
            guard factor > 0 else { throw settings.bad("rescale_factor") }
            rescaleFactor = factor
        }
        if try settings.flag("do_normalize") ?? kind.normalizes {
            normalization = Normalization(
                mean: try settings.channels("image_mean") ?? kind.mean,
                deviation: try settings.channels("image_std") ?? kind.deviation
            )
            if normalization?.deviation.contains(where: { $0 <= 0 }) == true { throw settings.bad("image_std") }
        }
        if try settings.flag("do_center_crop") ?? kind.crops {
            guard let size = try settings.cropSize("crop_size") ?? kind.crop.map(PixelSize.init(square:)) else {
                throw settings.bad("crop_size")
            }
            crop = size
        }
        if try settings.flag("do_resize") ?? true { try setResize(settings, kind) }
        switch kind.special {
        case .dpt:
            if try settings.flag("do_pad") ?? false, let divisor = try settings.count("size_divisor") {
                padding = .multiple(divisor)
            }
        case .sam:
            if try settings.flag("do_pad") ?? true {
                padding = .fixed(try settings.cropSize("pad_size") ?? PixelSize(square: 1024))
            }
        case .maskFormer: padding = .batch
        default:
            // Older files call the same switch differently.
            let older = try settings.flag("pad_and_return_pixel_mask")
            if try settings.flag("do_pad") ?? older ?? kind.pads {
                padding = .batch
            }
        }
    }

    private mutating func setResize(_ settings: SettingsReader, _ kind: ImageProcessorClass) throws(HubError) {
        if case .glpn = kind.special {
            resize = .floorToMultiple(try settings.count("size_divisor") ?? kind.divisor ?? 32)
            return
        }
        let rule = try settings.resizeRule(kind)
        switch (kind.special, rule) {
        case (.convNext, .shortestEdge(let edge)):
            if edge < 384 {
                let percent = try settings.number("crop_pct") ?? kind.cropPercent ?? 0.875
                guard percent > 0 else { throw settings.bad("crop_pct") }
                resize = .shortestEdge(Int(clamping: Double(edge) / percent))
                // A resize that crops, so this cuts first and an ordinary crop of another size finds that.
                crop = crop ?? PixelSize(square: edge)
            } else {
                resize = .exact(PixelSize(square: edge))
            }
        case (.levit, .shortestEdge(let edge)):
            resize = .shortestEdge(Int(clamping: 256.0 / 224.0 * Double(edge)))
        case (.poolFormer, .shortestEdge(let edge)):
            let percent = try settings.number("crop_pct") ?? kind.cropPercent ?? 0.9
            guard percent > 0 else { throw settings.bad("crop_pct") }
            resize = .shortestEdge(Int(clamping: Double(edge) / percent))
        case (.poolFormer, .exact(let size)):
            let percent = try settings.number("crop_pct") ?? kind.cropPercent ?? 0.9
            guard percent > 0 else { throw settings.bad("crop_pct") }
            if size.height == size.width {
                resize = .shortestEdge(Int(clamping: Double(size.height) / percent))
            } else {
                resize = .exact(
                    PixelSize(
                        height: Int(clamping: Double(size.height) / percent),
                        width: Int(clamping: Double(size.width) / percent)
                    )
                )
            }
        case (.yolos, .shortestEdgeWithin(let edge, let longest, _)):
            resize = .shortestEdgeWithin(edge, longest: longest, floorMultiple: 16)
        case (.maskFormer, .shortestEdgeWithin(let edge, let longest, _)):
            let older = try settings.count("size_divisibility")
            let divisor = try settings.count("size_divisor") ?? older ?? kind.divisor ?? 32
            resize = .shortestEdgeWithinCeiling(edge, longest: longest, multiple: max(1, divisor))
        case (.vilt, .shortestEdge(let edge)):
            resize = .vilt(edge, multiple: try settings.count("size_divisor") ?? kind.divisor ?? 32)
        case (.dpt, .exact(let size)):
            resize = .multiple(
                size,
                of: try settings.count("ensure_multiple_of") ?? 1,
                keepsAspectRatio: try settings.flag("keep_aspect_ratio") ?? false
            )
        case (.vilt, _), (.dpt, _): throw settings.bad("size")
        default: resize = rule
        }
    }

    /// timm's evaluation transform: resize, crop from the middle, scale, normalise, all as for files of the Python
    /// imaging library.
    private init(timm settings: SettingsReader) throws(HubError) {
        let input = try settings.integers("input_size") ?? [3, 224, 224]
        guard input.count == 3, input[0] == 3, input[1] > 0, input[2] > 0 else { throw settings.bad("input_size") }
        let size = PixelSize(height: input[1], width: input[2])
        let percent = try settings.number("crop_pct") ?? 0.875
        guard percent > 0 else { throw settings.bad("crop_pct") }
        let scaled = PixelSize(
            height: Int(clamping: (Double(size.height) / percent).rounded(.down)),
            width: Int(clamping: (Double(size.width) / percent).rounded(.down))
        )
        switch settings.text("crop_mode") ?? "center" {
        case "squash": resize = .exact(scaled)
        case "center": resize = scaled.height == scaled.width ? .shortestEdge(scaled.height) : .keepRatio(scaled)
        case let mode: throw HubError(.unsupported, "timm's crop mode \(mode) is not supported")
        }
        switch settings.text("interpolation") ?? "bicubic" {
        case "nearest": filter = .nearest
        case "bilinear": filter = .bilinear
        case "bicubic": filter = .bicubic
        case "box": filter = .box
        case "hamming": filter = .hamming
        case "lanczos": filter = .lanczos
        case let name: throw HubError(.unsupported, "timm's interpolation \(name) is not supported")
        }
        crop = size
        rescaleFactor = 1 / 255
        normalization = Normalization(
            mean: try settings.channels("mean") ?? ImageProcessorClass.imageNetMean,
            deviation: try settings.channels("std") ?? ImageProcessorClass.imageNetDeviation
        )
        if normalization?.deviation.contains(where: { $0 <= 0 }) == true { throw settings.bad("std") }
        arithmetic = .pil
        roundsCropToEven = true
        fusesNormalization = false
    }
}

extension Int {
    /// Towards zero, held within what an image's side can be.
    fileprivate init(clamping value: Double) { self = Int(Swift.min(Swift.max(value, 0), 1e9)) }
}
