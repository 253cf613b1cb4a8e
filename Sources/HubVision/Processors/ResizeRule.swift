// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How the size after a resize follows from the size before. Roundings repeat the reference's, expression for expression.
public enum ResizeRule: Sendable, Hashable {
    /// To this size, whatever the shape.
    case exact(PixelSize)
    /// The shorter side to this length, the longer in proportion.
    case shortestEdge(Int)
    /// The shorter side to this length, unless the longer would pass its limit; then that decides. Both sides are then
    /// brought down to a multiple.
    case shortestEdgeWithin(Int, longest: Int, floorMultiple: Int = 1)
    /// As `shortestEdgeWithin`, then up to a multiple.
    case shortestEdgeWithinCeiling(Int, longest: Int, multiple: Int)
    /// The longer side to this length.
    case longestEdge(Int)
    /// Within a box, in proportion.
    case within(PixelSize)
    /// Down to a multiple on each side.
    case floorToMultiple(Int)
    /// ViLT: the shorter side to this length, the longer at most 1333/800 of that, then down to a multiple.
    case vilt(Int, multiple: Int)
    /// DPT: each side to a multiple; in proportion by the axis that changes least, if asked.
    case multiple(PixelSize, of: Int, keepsAspectRatio: Bool)
    /// timm: the shorter side, relative to the target, decides.
    case keepRatio(PixelSize)

    /// The size after the resize; `nil` when a side would vanish or leave the range of numbers.
    public func size(for original: PixelSize) -> PixelSize? {
        let (height, width) = (Double(original.height), Double(original.width))
        guard original.height > 0, original.width > 0 else { return nil }
        switch self {
        case .exact(let size):
            return size.height > 0 && size.width > 0 ? size : nil
        case .shortestEdge(let edge):
            guard original.width != original.height else { return Self.checked(Double(edge), Double(edge)) }
            let (short, long) = (min(width, height), max(width, height))
            let newLong = (Double(edge) * long / short).rounded(.towardZero)
            return width < height ? Self.checked(newLong, Double(edge)) : Self.checked(Double(edge), newLong)
        case .shortestEdgeWithin(let edge, let longest, let multiple):
            guard let size = Self.within(original, edge, longest, returnsEqualEarly: multiple == 1) else { return nil }
            let divisor = max(1, multiple)
            return Self.checked(
                Double(size.height - size.height % divisor),
                Double(size.width - size.width % divisor)
            )
        case .shortestEdgeWithinCeiling(let edge, let longest, let multiple):
            guard let size = Self.within(original, edge, longest, returnsEqualEarly: true) else { return nil }
            let divisor = Double(max(1, multiple))
            return Self.checked(
                (Double(size.height) / divisor).rounded(.up) * divisor,
                (Double(size.width) / divisor).rounded(.up) * divisor
            )
        case .longestEdge(let edge):
            let scale = Double(edge) / max(height, width)
            return Self.checked((height * scale + 0.5).rounded(.down), (width * scale + 0.5).rounded(.down))
        case .within(let box):
            let scale = min(Double(box.height) / height, Double(box.width) / width)
            return Self.checked((height * scale).rounded(.towardZero), (width * scale).rounded(.towardZero))
        case .floorToMultiple(let divisor):
            guard divisor > 0 else { return nil }
            return Self.checked(
                Double(original.height / divisor * divisor),
                Double(original.width / divisor * divisor)
            )
        case .vilt(let shorter, let divisor):
            guard divisor > 0 else { return nil }
            let longer = (1333.0 / 800.0 * Double(shorter)).rounded(.towardZero)
            var (newHeight, newWidth) =
                height < width
                ? (Double(shorter), width * (Double(shorter) / height))
                : (height * (Double(shorter) / width), Double(shorter))
            if max(newHeight, newWidth) > longer {
                let scale = longer / max(newHeight, newWidth)
                (newHeight, newWidth) = (newHeight * scale, newWidth * scale)
            }
            guard let size = Self.checked((newHeight + 0.5).rounded(.down), (newWidth + 0.5).rounded(.down)) else {
                return nil
            }
            return Self.checked(Double(size.height / divisor * divisor), Double(size.width / divisor * divisor))
        case .multiple(let target, let divisor, let keepsAspectRatio):
            guard divisor > 0 else { return nil }
            var scaleHeight = Double(target.height) / height
            var scaleWidth = Double(target.width) / width
            if keepsAspectRatio {
                if abs(1 - scaleWidth) < abs(1 - scaleHeight) {
                    scaleHeight = scaleWidth
                } else {
                    scaleWidth = scaleHeight
                }
            }
            let multiple = Double(divisor)
            return Self.checked(
                (scaleHeight * height / multiple).rounded(.toNearestOrEven) * multiple,
                (scaleWidth * width / multiple).rounded(.toNearestOrEven) * multiple
            )
        case .keepRatio(let target):
            let ratio = min(height / Double(target.height), width / Double(target.width))
            return Self.checked(
                (height / ratio).rounded(.toNearestOrEven),
                (width / ratio).rounded(.toNearestOrEven)
            )
        }
    }

    private static func checked(_ height: Double, _ width: Double) -> PixelSize? {
        guard height >= 1, width >= 1, height <= 1e9, width <= 1e9 else { return nil }
        return PixelSize(height: Int(height), width: Int(width))
    }

    private static func within(
        _ original: PixelSize,
        _ shortest: Int,
        _ longest: Int,
        returnsEqualEarly: Bool
    ) -> PixelSize? {
        let (height, width) = (Double(original.height), Double(original.width))
        var edge = Double(shortest)
        // Where the longest side decides, the other keeps its fraction until the last step.
        var raw = edge
        if max(height, width) / min(height, width) * edge > Double(longest) {
            raw = Double(longest) * min(height, width) / max(height, width)
            edge = raw.rounded(.toNearestOrEven)
        }
        if min(height, width) == edge, returnsEqualEarly || height <= width { return original }
        if width < height { return checked((raw * height / width).rounded(.towardZero), edge) }
        return checked(edge, (raw * width / height).rounded(.towardZero))
    }
}
