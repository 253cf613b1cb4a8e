// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The stages of Swin, as a network of its own and as what others build on.
final class SwinEncoder {
    /// Tokens and the grid they are of.
    struct Grid {
        var tokens: Value
        var rows: Dimension
        var columns: Dimension
    }

    let channels: Int
    let epsilon: Double
    private let base: String
    private let depths: [Int]
    private let heads: [Int]
    private let window: Int
    private let patch: Int
    private let activation: Activation
    /// Whether windows shift even in maps no larger than one; a network on its own does not.
    private let alwaysShifts: Bool
    private var masks: [Shift: Value] = [:]

    init(_ config: ModelConfiguration, _ base: String, alwaysShifts: Bool) throws(HubError) {
        self.base = base
        self.alwaysShifts = alwaysShifts
        channels = try config.int("num_channels", default: 3)
        epsilon = try config.number("layer_norm_eps", default: 1e-5)
        depths = try config.ints("depths", default: [2, 2, 6, 2])
        heads = try config.ints("num_heads", default: [3, 6, 12, 24])
        window = try config.int("window_size", default: 7, in: 1...64)
        patch = try config.int("patch_size", default: 4)
        activation = try config.activation("hidden_act", default: "gelu")
        guard depths.count == heads.count else { throw config.wrong("num_heads", "as long as depths") }
    }

    /// The embedded squares and what each stage makes of them, before it is made coarser.
    func stages(_ g: GraphBuilder, _ pixels: Value) throws(HubError) -> [Grid] {
        let (down, across) = (pixels.size(2).gap(toMultipleOf: patch), pixels.size(3).gap(toMultipleOf: patch))
        let padded = g.pad(pixels, before: [0, 0, 0, 0], after: [0, 0, down, across])
        let patches = try g.patches(padded, "\(base)embeddings.patch_embeddings.projection")
        var tokens = try g.layerNorm(patches.tokens, "\(base)embeddings.norm", epsilon: 1e-5)
        if g.has("\(base)embeddings.position_embeddings") {
            tokens = try g.addPositions("\(base)embeddings.position_embeddings", to: tokens)
        }
        var grid = Grid(tokens: tokens, rows: patches.rows, columns: patches.columns)
        var grids = [grid]
        for (stage, (depth, heads)) in zip(depths, heads).enumerated() {
            let name = "\(base)encoder.layers.\(stage)"
            for index in 0..<depth {
                let shifts = index % 2 == 1
                grid.tokens = try block(g, grid, "\(name).blocks.\(index)", heads: heads, shifts: shifts)
            }
            grids.append(grid)
            if g.has("\(name).downsample.reduction.weight") { grid = try merge(g, grid, "\(name).downsample") }
        }
        return grids
    }

    /// Four neighbours become one.
    private func merge(_ g: GraphBuilder, _ grid: Grid, _ name: String) throws(HubError) -> Grid {
        let map = asMap(g, grid)
        let padded = g.pad(
            map,
            before: [0, 0, 0, 0],
            after: [0, grid.rows.gap(toMultipleOf: 2), grid.columns.gap(toMultipleOf: 2), 0]
        )
        let (rows, columns) = (grid.rows.dividedRoundingUp(by: 2), grid.columns.dividedRoundingUp(by: 2))
        let width = map.size(3)
        // Within the new token: column by column, the upper row first.
        let split = g.reshape(padded, [map.size(0), rows, 2, columns, 2, width])
        let tokens = g.reshape(
            g.transpose(split, [0, 1, 3, 4, 2, 5]),
            [map.size(0), rows * columns, width * 4]
        )
        let normal = try g.layerNorm(tokens, "\(name).norm", epsilon: 1e-5)
        return Grid(tokens: try g.linear(normal, "\(name).reduction"), rows: rows, columns: columns)
    }

    private func block(
        _ g: GraphBuilder,
        _ grid: Grid,
        _ name: String,
        heads: Int,
        shifts: Bool
    ) throws(HubError) -> Value {
        let isSmall = (grid.rows.value ?? .max) <= window || (grid.columns.value ?? .max) <= window
        let shift = shifts && (alwaysShifts || !isSmall) ? window / 2 : 0
        let normal = try g.layerNorm(grid.tokens, "\(name).layernorm_before", epsilon: epsilon)
        var map = asMap(g, Grid(tokens: normal, rows: grid.rows, columns: grid.columns))
        let (down, across) = (grid.rows.gap(toMultipleOf: window), grid.columns.gap(toMultipleOf: window))
        map = g.pad(map, before: [0, 0, 0, 0], after: [0, down, across, 0])
        map = roll(g, roll(g, map, axis: 1, by: shift), axis: 2, by: shift)

        let windows = partition(g, map)
        var mask = AttentionMask(bias: try bias(g, "\(name).attention.self.relative_position_bias_table", heads))
        if shift > 0 { mask.bias = mask.bias.map { addShift(g, to: $0, map, shift) } }
        let read = try g.attention(
            windows,
            heads: heads,
            names: .init(
                query: "\(name).attention.self.query",
                key: "\(name).attention.self.key",
                value: "\(name).attention.self.value",
                output: "\(name).attention.output.dense"
            ),
            mask: mask
        )
        map = restore(g, read, like: map)
        map = roll(g, roll(g, map, axis: 1, by: -shift), axis: 2, by: -shift)
        if down != 0 { map = g.slice(map, axis: 1, to: grid.rows) }
        if across != 0 { map = g.slice(map, axis: 2, to: grid.columns) }
        let tokens = g.add(grid.tokens, g.reshape(map, grid.tokens.shape))
        let again = try g.layerNorm(tokens, "\(name).layernorm_after", epsilon: epsilon)
        let fed = try g.feedForward(again, "\(name).intermediate.dense", "\(name).output.dense", activation)
        return g.add(tokens, fed)
    }

    private func bias(_ g: GraphBuilder, _ table: String, _ heads: Int) throws(HubError) -> Value {
        try RelativePositions(rows: window, columns: window).bias(g, table, heads: heads)
    }

    // MARK: - Windows

    /// Batch × rows × columns × width.
    private func asMap(_ g: GraphBuilder, _ grid: Grid) -> Value {
        g.reshape(grid.tokens, [grid.tokens.size(0), grid.rows, grid.columns, grid.tokens.size(2)])
    }

    /// (Batch · windows) × squares of a window × width.
    private func partition(_ g: GraphBuilder, _ map: Value) -> Value {
        let side = Dimension.constant(window)
        let (rows, columns) = (map.size(1) / side, map.size(2) / side)
        let split = g.reshape(map, [map.size(0), rows, side, columns, side, map.size(3)])
        let sorted = g.transpose(split, [0, 1, 3, 2, 4, 5])
        return g.reshape(sorted, [map.size(0) * rows * columns, side * side, map.size(3)])
    }

    private func restore(_ g: GraphBuilder, _ windows: Value, like map: Value) -> Value {
        let side = Dimension.constant(window)
        let (rows, columns) = (map.size(1) / side, map.size(2) / side)
        let split = g.reshape(windows, [map.size(0), rows, columns, side, side, windows.size(2)])
        return g.reshape(g.transpose(split, [0, 1, 3, 2, 4, 5]), map.shape)
    }

    /// Moves what lies before `shift` along an axis behind the rest; a negative one moves back.
    private func roll(_ g: GraphBuilder, _ map: Value, axis: Int, by shift: Int) -> Value {
        guard shift != 0 else { return map }
        let cut = shift > 0 ? Dimension.constant(shift) : map.size(axis) - .constant(-shift)
        let rolled = g.concat([g.slice(map, axis: axis, from: cut), g.slice(map, axis: axis, to: cut)], axis: axis)
        return Value(name: rolled.name, type: rolled.type, shape: map.shape)
    }

    private struct Shift: Hashable {
        let rows: Dimension
        let columns: Dimension
    }

    /// Keeps apart what only shifting brought into one window.
    private func addShift(_ g: GraphBuilder, to bias: Value, _ map: Value, _ shift: Int) -> Value {
        let key = Shift(rows: map.size(1), columns: map.size(2))
        let mask = masks[key] ?? makeMask(g, key, shift)
        masks[key] = mask
        // Windows × heads × squares × squares, once for each picture.
        let both = g.add(mask, bias)
        let batch = map.size(0)
        let repeated = g.expand(g.unsqueeze(both, axis: 0), [batch] + both.shape)
        return g.reshape(repeated, [batch * both.size(0)] + both.shape.dropFirst())
    }

    /// Windows × 1 × squares × squares: 0 within a region of the picture, −100 across.
    private func makeMask(_ g: GraphBuilder, _ size: Shift, _ shift: Int) -> Value {
        let rows = g.reshape(region(g, size.rows, shift), [1, size.rows, 1, 1])
        let columns = g.reshape(region(g, size.columns, shift), [1, 1, size.columns, 1])
        let regions = partition(g, g.add(g.multiply(rows, g.vector([3])), columns))
        let (count, squares) = (regions.size(0), regions.size(1))
        let same = g.elementwise(
            "Equal",
            g.reshape(regions, [count, 1, 1, squares]),
            g.reshape(regions, [count, 1, squares, 1]),
            type: .bool
        )
        return g.choose(where: same, g.scalar(0), else: g.scalar(-100))
    }

    /// 0, 1 or 2 for each place of an axis: before the last window, before the part that was moved, in it.
    private func region(_ g: GraphBuilder, _ size: Dimension, _ shift: Int) -> Value {
        let places = g.range(size)
        let steps = [window, shift].map { width in
            g.cast(
                g.elementwise("GreaterOrEqual", places, g.vector(size - .constant(width)), type: .bool),
                to: .int64
            )
        }
        return g.add(steps[0], steps[1])
    }
}
