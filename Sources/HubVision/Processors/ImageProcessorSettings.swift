// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What an image processor does, in the order in which it does it: resize, crop, rescale, normalise, pad.
public struct ImageProcessorSettings: Sendable, Hashable {
    public var resize: ResizeRule?
    public var filter: ResamplingFilter
    /// Cut out of the middle after the resize, as (height, width) in pixels; black where the picture is smaller.
    public var crop: PixelSize?
    /// Factor on samples of 0…255; `nil` leaves them.
    public var rescaleFactor: Double?
    /// Subtracted from each channel, and what the difference is divided by, in terms of rescaled samples.
    public var normalization: Normalization?
    public var padding: Padding = .none
    public var flipsChannels = false
    public var arithmetic: ResamplingArithmetic = .torchvision
    /// How the crop's corner is rounded: down, or half to even (timm).
    public var roundsCropToEven = false
    /// One fused operation in torchvision processors; separate steps in timm's.
    public var fusesNormalization = true

    public struct Normalization: Sendable, Hashable {
        public var mean: [Double]
        public var deviation: [Double]

        public init(mean: [Double], deviation: [Double]) {
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// What happens when pictures of a batch differ in size, always with zeros and after normalisation.
    public enum Padding: Sendable, Hashable {
        /// All pictures must come out in one size.
        case none
        /// On the right and at the bottom to the largest of the batch, with a mask of what is picture.
        case batch
        /// On the right and at the bottom to a given size.
        case fixed(PixelSize)
        /// On all sides to the next multiple.
        case multiple(Int)
    }
}

/// Height and width in pixels.
public struct PixelSize: Sendable, Hashable {
    public var height: Int
    public var width: Int

    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    public init(square side: Int) { self.init(height: side, width: side) }
}
