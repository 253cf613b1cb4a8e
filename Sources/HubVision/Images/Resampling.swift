// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The kernels of a resize, numbered as the Python imaging library numbers them and checkpoints write them.
public enum ResamplingFilter: Int, Sendable, Hashable {
    case nearest = 0
    case lanczos = 1
    case bilinear = 2
    case bicubic = 3
    case box = 4
    case hamming = 5

    /// Half the width of the kernel at scale 1, in pixels.
    var support: Double {
        switch self {
        case .nearest, .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    func weight(_ x: Double) -> Double {
        switch self {
        case .nearest, .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear:
            let distance = abs(x)
            return distance < 1 ? 1 - distance : 0
        case .hamming:
            let distance = abs(x)
            if distance == 0 { return 1 }
            if distance >= 1 { return 0 }
            let angle = distance * .pi
            return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
        case .bicubic:
            let a = -0.5
            let distance = abs(x)
            if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
            return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0
        case .lanczos: return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        }
    }

    private static func sinc(_ x: Double) -> Double {
        x == 0 ? 1 : sin(x * .pi) / (x * .pi)
    }
}

/// Whose arithmetic a resize repeats. Both work in fixed point; they differ in how many bits a weight keeps.
public enum ResamplingArithmetic: Sendable, Hashable {
    /// The Python imaging library: 22 bits.
    case pil
    /// torchvision on tensors of bytes: weights fit in 16 bits with sign, so the precision depends on the largest.
    case torchvision
}

extension Image {
    /// The picture in another size, bit for bit as the reference libraries resize; `nil` when the size is no size.
    public func resized(
        width newWidth: Int,
        height newHeight: Int,
        filter: ResamplingFilter,
        arithmetic: ResamplingArithmetic
    ) -> Image? {
        if filter == .nearest { return resizedToNearest(width: newWidth, height: newHeight) }
        var image = self
        if newWidth != width {
            guard let pass = ResamplingPass(from: width, to: newWidth, filter, arithmetic) else { return nil }
            let narrowed = image.withSamples { source in
                Image(width: newWidth, height: height, channels: channels) { target in
                    hub_resample_rows(
                        source.baseAddress,
                        width,
                        height,
                        channels,
                        pass.starts,
                        pass.taps,
                        pass.weights,
                        pass.stride,
                        pass.precision,
                        target.baseAddress,
                        newWidth
                    )
                }
            }
            guard let narrowed else { return nil }
            image = narrowed
        }
        guard newHeight != height else { return image }
        guard let pass = ResamplingPass(from: height, to: newHeight, filter, arithmetic) else { return nil }
        return image.withSamples { source in
            Image(width: newWidth, height: newHeight, channels: channels) { target in
                hub_resample_columns(
                    source.baseAddress,
                    newWidth * channels,
                    pass.starts,
                    pass.taps,
                    pass.weights,
                    pass.stride,
                    pass.precision,
                    target.baseAddress,
                    newHeight
                )
            }
        }
    }

    /// Takes the pixel under the centre of each new one.
    private func resizedToNearest(width newWidth: Int, height newHeight: Int) -> Image? {
        guard newWidth > 0, newHeight > 0 else { return nil }
        func sources(_ old: Int, _ new: Int) -> [Int] {
            let scale = Double(old) / Double(new)
            return (0..<new).map { min(old - 1, Int((Double($0) + 0.5) * scale)) }
        }
        let columns = sources(width, newWidth)
        let rows = sources(height, newHeight)
        return withSamples { source in
            Image(width: newWidth, height: newHeight, channels: channels) { target in
                var at = 0
                for row in rows {
                    for column in columns {
                        let from = (row * width + column) * channels
                        for channel in 0..<channels { target[at + channel] = source[from + channel] }
                        at += channels
                    }
                }
            }
        }
    }
}

/// Which input samples make each output sample of one axis, and how much of each, in fixed point.
struct ResamplingPass {
    /// First input sample of each output.
    let starts: [Int32]
    /// How many input samples each output takes.
    let taps: [Int32]
    /// `stride` places for each output.
    let weights: [Int32]
    let stride: Int
    let precision: Int32

    /// `nil` unless both lengths are positive and the table of weights has a sane size.
    init?(from input: Int, to output: Int, _ filter: ResamplingFilter, _ arithmetic: ResamplingArithmetic) {
        guard input > 0, output > 0, input <= 1 << 30, output <= 1 << 30 else { return nil }
        let scale = Double(input) / Double(output)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        stride = Int(support.rounded(.up)) * 2 + 1
        guard output <= (1 << 28) / stride else { return nil }
        var starts = [Int32](repeating: 0, count: output)
        var taps = starts
        var exact = [Double](repeating: 0, count: output * stride)
        let inverse = 1 / filterScale
        var largest = 0.0
        for index in 0..<output {
            let center = (Double(index) + 0.5) * scale
            let low = max(0, Int(center - support + 0.5))
            let high = min(input, Int(center + support + 0.5))
            let base = index * stride
            var total = 0.0
            for tap in 0..<max(0, high - low) {
                let weight = filter.weight((Double(tap + low) - center + 0.5) * inverse)
                exact[base + tap] = weight
                total += weight
            }
            for tap in 0..<max(0, high - low) {
                if total != 0 { exact[base + tap] /= total }
                largest = max(largest, exact[base + tap])
            }
            starts[index] = Int32(low)
            taps[index] = Int32(max(0, high - low))
        }
        var bits = 22
        if arithmetic == .torchvision {
            bits = 0
            while bits < 22, Int(0.5 + largest * Double(1 << (bits + 1))) < 1 << 15 { bits += 1 }
        }
        let one = Double(1 << bits)
        self.starts = starts
        self.taps = taps
        weights = exact.map { Int32($0 * one + ($0 < 0 ? -0.5 : 0.5)) }
        precision = Int32(bits)
    }
}
