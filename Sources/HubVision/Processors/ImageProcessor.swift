// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage
public import HubCore

/// Turns pictures into a network's input.
public struct ImageProcessor: Sendable {
    public let settings: ImageProcessorSettings
    /// Larger results are refused: pixels of all pictures of a batch together.
    public var maximumPixels = 1 << 25

    public init(_ settings: ImageProcessorSettings) { self.settings = settings }

    /// Reads the settings of a model repo; see `ImageProcessorSettings.init(processor:preprocessor:model:)`.
    public init(processor: JSONValue?, preprocessor: JSONValue?, model: JSONValue?) throws(HubError) {
        settings = try ImageProcessorSettings(processor: processor, preprocessor: preprocessor, model: model)
    }

    /// Processes a batch of RGB pictures.
    ///
    /// Throws `HubError`: `unprocessable` when a picture cannot take the size that the model asks for, when the sizes of
    /// a batch differ and the processor does not pad, or when a picture is not RGB; `tooLarge` past `maximumPixels`.
    public func process(_ images: [Image]) throws(HubError) -> ProcessedImages {
        guard !images.isEmpty else { throw HubError(.badRequest, "There is no image") }
        var frames: [Image] = []
        var pixels = 0
        for image in images {
            let frame = try resizedAndCropped(image)
            pixels += frame.width * frame.height
            frames.append(frame)
        }
        let sizes = frames.map { PixelSize(height: $0.height, width: $0.width) }
        let (canvas, offset) = try canvasSize(sizes)
        guard pixels <= maximumPixels, canvas.height <= maximumPixels / canvas.width / frames.count else {
            throw tooLarge(canvas)
        }
        let plane = canvas.height * canvas.width
        let values = Tensor(.float32, shape: [frames.count, 3, canvas.height, canvas.width], as: Float.self) { target in
            target.update(repeating: 0)
            for (index, frame) in frames.enumerated() {
                guard let base = target.baseAddress else { continue }
                fill(base + index * 3 * plane + offset.height * canvas.width + offset.width, with: frame, canvas)
            }
        }
        guard let values else { throw tooLarge(canvas) }
        return ProcessedImages(
            pixelValues: values,
            pixelMask: settings.padding == .batch ? Self.mask(sizes, canvas) : nil,
            originalSizes: images.map { PixelSize(height: $0.height, width: $0.width) },
            processedSizes: sizes
        )
    }

    private func tooLarge(_ size: PixelSize) -> HubError {
        HubError(.tooLarge, "The image would be \(size.width) × \(size.height) pixels for the model, which is too much")
    }

    private func resizedAndCropped(_ image: Image) throws(HubError) -> Image {
        guard image.channels == 3 else { throw HubError(.unprocessable, "The image is not RGB") }
        var frame = image
        if let rule = settings.resize {
            let original = PixelSize(height: image.height, width: image.width)
            guard let size = rule.size(for: original) else {
                throw HubError(
                    .unprocessable,
                    "An image of \(image.width) × \(image.height) pixels is too small or too narrow for the model"
                )
            }
            guard size.height <= maximumPixels / size.width else { throw tooLarge(size) }
            let resized = frame.resized(
                width: size.width,
                height: size.height,
                filter: settings.filter,
                arithmetic: settings.arithmetic
            )
            guard let resized else { throw tooLarge(size) }
            frame = resized
        }
        guard let crop = settings.crop else { return frame }
        guard crop.height <= maximumPixels / crop.width else { throw tooLarge(crop) }
        let cropped = frame.cropped(
            left: cropStart(frame.width, crop.width),
            top: cropStart(frame.height, crop.height),
            width: crop.width,
            height: crop.height
        )
        guard let cropped else { throw tooLarge(crop) }
        return cropped
    }

    /// Where a crop from the middle begins; negative where the picture is smaller and black is put around it.
    private func cropStart(_ side: Int, _ wanted: Int) -> Int {
        if wanted > side { return -((wanted - side) / 2) }
        if settings.roundsCropToEven { return Int((Double(side - wanted) / 2).rounded(.toNearestOrEven)) }
        return (side - wanted) / 2
    }

    /// The size of all pictures of the batch, and where in it they begin.
    private func canvasSize(_ sizes: [PixelSize]) throws(HubError) -> (PixelSize, offset: PixelSize) {
        let largest = PixelSize(height: sizes.map(\.height).max() ?? 0, width: sizes.map(\.width).max() ?? 0)
        let none = PixelSize(height: 0, width: 0)
        switch settings.padding {
        case .batch: return (largest, none)
        case .fixed(let size):
            guard largest.height <= size.height, largest.width <= size.width else {
                throw HubError(.unprocessable, "The image is larger than the model's canvas")
            }
            return (size, none)
        case .none, .multiple:
            guard sizes.allSatisfy({ $0 == largest }) else {
                throw HubError(.unprocessable, "The model needs all images of a batch to come out in one size")
            }
            guard case .multiple(let divisor) = settings.padding else { return (largest, none) }
            func padded(_ side: Int) -> Int { (side + divisor - 1) / divisor * divisor }
            let size = PixelSize(height: padded(largest.height), width: padded(largest.width))
            return (
                size,
                PixelSize(height: (size.height - largest.height) / 2, width: (size.width - largest.width) / 2)
            )
        }
    }

    /// Writes one picture into planes of `canvas`, rescaled and normalised as the settings say.
    private func fill(_ target: UnsafeMutablePointer<Float>, with frame: Image, _ canvas: PixelSize) {
        var shift: [Float] = [0, 0, 0]
        var scale: [Float] = [1, 1, 1]
        let multiplies = settings.normalization == nil
        let fuses = settings.fusesNormalization
        if let normalization = settings.normalization {
            // Mean and deviation in terms of unscaled samples: one subtraction and one division, as the reference does.
            let factor = fuses ? Float(settings.rescaleFactor.map { 1 / $0 } ?? 1) : 1
            shift = normalization.mean.map { Float($0) * factor }
            scale = normalization.deviation.map { Float($0) * factor }
        } else if let factor = settings.rescaleFactor {
            scale = [Float](repeating: Float(factor), count: 3)
        }
        let plane = canvas.height * canvas.width
        frame.withSamples { samples in
            hub_planes_from_samples(
                samples.baseAddress,
                frame.width,
                frame.height,
                shift,
                scale,
                multiplies ? 1 : 0,
                !multiplies && !fuses && settings.rescaleFactor != nil ? 1 : 0,
                target,
                canvas.width,
                plane
            )
        }
        guard settings.flipsChannels else { return }
        for row in 0..<frame.height {
            for column in 0..<frame.width {
                let at = row * canvas.width + column
                (target[at], target[2 * plane + at]) = (target[2 * plane + at], target[at])
            }
        }
    }

    /// 1 where there is picture, 0 where there is padding.
    private static func mask(_ sizes: [PixelSize], _ canvas: PixelSize) -> Tensor? {
        Tensor(.int64, shape: [sizes.count, canvas.height, canvas.width], as: Int64.self) { target in
            target.update(repeating: 0)
            for (index, size) in sizes.enumerated() {
                for row in 0..<size.height {
                    let start = (index * canvas.height + row) * canvas.width
                    UnsafeMutableBufferPointer(rebasing: target[start..<(start + size.width)]).update(repeating: 1)
                }
            }
        }
    }
}

/// A batch of pictures as a network takes them.
public struct ProcessedImages: Sendable {
    /// `[batch, 3, height, width]`, 32-bit floating point.
    public let pixelValues: Tensor
    /// `[batch, height, width]`, 64-bit integers: 1 where there is picture; `nil` when the processor does not pad.
    public let pixelMask: Tensor?
    /// Of the pictures that came in.
    public let originalSizes: [PixelSize]
    /// After resize and crop, before padding.
    public let processedSizes: [PixelSize]
}
