// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A picture of 8-bit samples: rows from the top, pixels from the left, channels interleaved, no gaps.
public struct Image: Sendable {
    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int
    /// 1 is grey, 3 red, green and blue, 4 the same and opacity.
    public let channels: Int
    private let memory: TensorMemory

    /// Copies samples; `nil` unless there are exactly `width * height * channels` of them and at least one pixel.
    public init?(width: Int, height: Int, channels: Int, samples: [UInt8]) {
        guard Self.sampleCount(width: width, height: height, channels: channels) == samples.count else { return nil }
        let memory = samples.withUnsafeBytes { source in
            TensorMemory(count: source.count) { $0.copyMemory(from: source) }
        }
        self.init(checked: width, height, channels, memory)
    }

    /// A new picture, filled by `fill`; `nil` when its size is no size.
    public init?(width: Int, height: Int, channels: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void)
        rethrows
    {
        guard let count = Self.sampleCount(width: width, height: height, channels: channels) else { return nil }
        let memory = try TensorMemory(count: count) { try $0.withMemoryRebound(to: UInt8.self, fill) }
        self.init(checked: width, height, channels, memory)
    }

    /// Takes over memory that holds exactly the samples.
    init?(width: Int, height: Int, channels: Int, memory: TensorMemory) {
        guard Self.sampleCount(width: width, height: height, channels: channels) == memory.bytes.count else {
            return nil
        }
        self.init(checked: width, height, channels, memory)
    }

    private init(checked width: Int, _ height: Int, _ channels: Int, _ memory: TensorMemory) {
        self.width = width
        self.height = height
        self.channels = channels
        self.memory = memory
    }

    private static func sampleCount(width: Int, height: Int, channels: Int) -> Int? {
        guard width > 0, height > 0, [1, 3, 4].contains(channels) else { return nil }
        let (pixels, overflowed) = width.multipliedReportingOverflow(by: height)
        let (samples, again) = pixels.multipliedReportingOverflow(by: channels)
        return overflowed || again ? nil : samples
    }

    /// Number of samples: `width * height * channels`.
    public var sampleCount: Int { memory.bytes.count }

    public func withSamples<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(memory) { try memory.bytes.withMemoryRebound(to: UInt8.self, body) }
    }

    /// A copy of the samples.
    public var samples: [UInt8] { withSamples { Array($0) } }
}

extension Image {
    /// The part of the picture whose top left corner is (`left`, `top`); what lies outside is black.
    public func cropped(left: Int, top: Int, width: Int, height: Int) -> Image? {
        withSamples { source in
            Image(width: width, height: height, channels: channels) { target in
                target.update(repeating: 0)
                let columns = max(0, -left)..<min(width, self.width - left)
                guard columns.lowerBound < columns.upperBound else { return }
                let count = columns.count * channels
                for row in 0..<height where (0..<self.height).contains(row + top) {
                    let from = ((row + top) * self.width + columns.lowerBound + left) * channels
                    let to = (row * width + columns.lowerBound) * channels
                    _ = UnsafeMutableBufferPointer(rebasing: target[to..<(to + count)])
                        .update(fromContentsOf: source[from..<(from + count)])
                }
            }
        }
    }

    /// The picture turned and mirrored as EXIF's orientation tag asks; other values than 2…8 leave it as it is.
    public func oriented(_ orientation: Int) -> Image {
        guard (2...8).contains(orientation) else { return self }
        let swapped = orientation >= 5
        let (newWidth, newHeight) = swapped ? (height, width) : (width, height)
        let turned = withSamples { source in
            Image(width: newWidth, height: newHeight, channels: channels) { target in
                var at = 0
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (column, row) =
                            switch orientation {
                            case 2: (width - 1 - x, y)
                            case 3: (width - 1 - x, height - 1 - y)
                            case 4: (x, height - 1 - y)
                            case 5: (y, x)
                            case 6: (y, height - 1 - x)
                            case 7: (width - 1 - y, height - 1 - x)
                            default: (width - 1 - y, x)
                            }
                        let from = (row * width + column) * channels
                        for channel in 0..<channels { target[at + channel] = source[from + channel] }
                        at += channels
                    }
                }
            }
        }
        return turned ?? self
    }
}
