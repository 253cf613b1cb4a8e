// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Positions as sines and cosines of ever longer waves, as DETR and its kin use them.
struct SinePositions {
    /// Numbers for each coordinate.
    let width: Int
    private let frequencies: Tensor
    private let phases: Tensor

    init(width: Int) {
        self.width = width
        frequencies = Tensor(
            vector: (0..<width).map { Float(1 / pow(10_000, Double($0 / 2 * 2) / Double(max(width, 1)))) }
        )
        // A cosine is a sine a quarter of a wave on.
        phases = Tensor(vector: (0..<width).map { $0 % 2 == 0 ? 0 : .pi / 2 })
    }

    /// The waves of coordinates from 0 to 1, along a new last axis.
    func encode(_ g: GraphBuilder, _ coordinates: Value) throws(HubError) -> Value {
        let frequencies = try g.constant("sine frequencies \(width)") { () throws(HubError) in self.frequencies }
        let phases = try g.constant("sine phases \(width)") { () throws(HubError) in self.phases }
        let angles = g.multiply(g.unsqueeze(g.multiply(coordinates, 2 * .pi), axis: -1), frequencies)
        return g.unary("Sin", g.add(angles, phases))
    }

    /// The positions within a map, of which padding is no part.
    /// - Parameter mask: batch × height × width, 1 where there is picture and 0 where there is padding.
    /// - Returns: batch × (height · width) × twice the width: rows first, then columns.
    func positions(_ g: GraphBuilder, mask: Value) throws(HubError) -> Value {
        let rows = try encode(g, relative(g, mask, axis: 1))
        let columns = try encode(g, relative(g, mask, axis: 2))
        let both = g.concat([rows, columns], axis: 3)
        return g.reshape(both, [mask.size(0), mask.size(1) * mask.size(2), .constant(2 * width)])
    }

    /// How far along an axis each place is, from more than 0 to 1 at the picture's end.
    private func relative(_ g: GraphBuilder, _ mask: Value, axis: Int) -> Value {
        let place = g.constant(Tensor(scalar: Int64(axis)))
        let count = g.node("CumSum", [mask, place], shape: mask.shape)
        let last = g.slice(count, axis: axis, from: mask.size(axis) - 1)
        return g.divide(count, g.add(last, 1e-6))
    }
}
