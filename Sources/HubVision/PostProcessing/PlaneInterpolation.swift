// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage

/// A bilinear enlargement of planes of numbers, computed row by row: the whole of it is never in memory.
struct PlaneInterpolation {
    let source: PixelSize
    let target: PixelSize
    private let left: [Int32]
    private let right: [Int32]
    private let across: [Float]

    init(from source: PixelSize, to target: PixelSize) {
        self.source = source
        self.target = target
        let columns = (0..<target.width).map { Self.place($0, source.width, target.width) }
        left = columns.map { Int32($0.index) }
        right = columns.map { Int32($0.next) }
        across = columns.map(\.share)
    }

    /// Which two of the source an index of the target lies between, and how far from the first.
    private static func place(_ index: Int, _ source: Int, _ target: Int) -> (index: Int, next: Int, share: Float) {
        if source == target { return (index, index, 0) }
        let scale = Float(source) / Float(target)
        let real = max(0, Float(-0.5).addingProduct(scale, Float(index) + 0.5))
        let low = min(source - 1, Int(real))
        return (low, min(source - 1, low + 1), min(1, real - Float(low)))
    }

    /// One row of a plane in its new size.
    func row(_ y: Int, of plane: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>) {
        let place = Self.place(y, source.height, target.height)
        hub_bilinear_row(
            plane + place.index * source.width,
            plane + place.next * source.width,
            place.share,
            left,
            right,
            across,
            target.width,
            row
        )
    }

    /// For each pixel of the target the plane that is greatest there, the first of equals; ids in rows.
    ///
    /// - Parameter planes: planes of the source's size, one behind the other.
    func greatest(_ planes: [Float]) -> [Int32] {
        let plane = source.height * source.width
        let count = planes.count / max(1, plane)
        var ids = [Int32](repeating: 0, count: target.height * target.width)
        var best = [Float](repeating: 0, count: target.width)
        var row = best
        planes.withUnsafeBufferPointer { planes in
            ids.withUnsafeMutableBufferPointer { ids in
                guard let base = planes.baseAddress, let target = ids.baseAddress else { return }
                for y in 0..<self.target.height {
                    best.withUnsafeMutableBufferPointer { $0.update(repeating: -.infinity) }
                    for index in 0..<count {
                        self.row(y, of: base + index * plane, into: &row)
                        hub_keep_greatest(row, Int32(index), row.count, &best, target + y * self.target.width)
                    }
                }
            }
        }
        return ids
    }

    /// A plane in its new size.
    func plane(_ plane: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: target.height * target.width)
        plane.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { result in
                guard let base = source.baseAddress, let target = result.baseAddress else { return }
                for y in 0..<self.target.height { row(y, of: base, into: target + y * self.target.width) }
            }
        }
        return result
    }
}
