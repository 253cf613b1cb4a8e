// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension GraphBuilder {
    /// Cuts pictures into squares and makes a token of each.
    ///
    /// - Returns: batch × (rows · columns) × width, and rows and columns.
    func patches(
        _ pixels: Value,
        _ name: String
    ) throws(HubError) -> (tokens: Value, rows: Dimension, columns: Dimension) {
        let kernel = try weights.shape("\(name).weight")
        guard kernel.count == 4, kernel[2] == kernel[3], kernel[2] > 0 else {
            throw .shape(of: "\(name).weight", kernel.map { .constant($0) }, isNot: "four axes, the last two equal")
        }
        let map = try convolution(pixels, name, stride: kernel[2])
        squares = (map.size(2) * map.size(3)).value
        return (tokens(fromMap: map), map.size(2), map.size(3))
    }

    /// Puts learned tokens in front of others.
    /// - Parameter tokens: batch × count × width.
    func prepend(_ names: [String], to tokens: Value) throws(HubError) -> Value {
        var parts: [Value] = []
        for name in names { parts.append(try learnedTokens(name, like: tokens)) }
        return concat(parts + [tokens], axis: 1)
    }

    /// Learned tokens, the same for each picture of the batch that `tokens` is of.
    func learnedTokens(_ name: String, like tokens: Value) throws(HubError) -> Value {
        var learned = try weight(name)
        if learned.rank == 2 { learned = unsqueeze(learned, axis: 0) }
        guard learned.rank == 3, learned.size(0) == 1, learned.size(2) == tokens.size(2) else {
            throw .shape(of: name, learned.shape, isNot: "[1, ?, \(tokens.shape.description)]")
        }
        return expand(learned, [tokens.size(0), learned.size(1), learned.size(2)])
    }

    /// Adds learned positions that fit as they are.
    func addPositions(_ name: String, to tokens: Value) throws(HubError) -> Value {
        var positions = try weight(name)
        if positions.rank == 2 { positions = unsqueeze(positions, axis: 0) }
        guard positions.rank == 3, positions.size(2) == tokens.size(2), tokens.size(1) == positions.size(1) else {
            throw .shape(of: name, positions.shape, isNot: [1, tokens.size(1), tokens.size(2)].description)
        }
        return add(tokens, positions)
    }

    /// The first token of each sequence.
    func firstToken(_ tokens: Value) -> Value { select(tokens, axis: 1, at: 0) }
}

extension GraphBuilder {
    /// Adds learned positions to tokens, interpolated where the grid of squares is not the one they were learned on.
    /// - Parameters:
    ///   - first: how many tokens in front of the squares have positions too; these stay as they are.
    ///   - rows: the grid's height in squares.
    ///   - columns: the grid's width in squares.
    func addPositions(
        _ name: String,
        to tokens: Value,
        after first: Int,
        rows: Dimension,
        columns: Dimension,
        _ interpolation: Interpolation = .bicubic
    ) throws(HubError) -> Value {
        var positions = try weight(name)
        if positions.rank == 2 { positions = unsqueeze(positions, axis: 0) }
        guard positions.rank == 3, let count = positions.size(1).value, count > first,
            positions.size(2) == tokens.size(2)
        else { throw .shape(of: name, positions.shape, isNot: "[1, ?, \(tokens.size(2))]") }
        let side = Int(Double(count - first).squareRoot())
        if rows == .constant(side), columns == .constant(side), side * side == count - first {
            return add(tokens, positions)
        }
        guard side * side == count - first else { throw .shape(of: name, positions.shape, isNot: "those of a square") }
        let edge = Dimension.constant(side)
        let squares = first == 0 ? positions : slice(positions, axis: 1, from: .constant(first))
        let map = map(fromTokens: squares, height: edge, width: edge)
        let resized = self.tokens(fromMap: resize(map, height: rows, width: columns, interpolation))
        guard first > 0 else { return add(tokens, resized) }
        return add(tokens, concat([slice(positions, axis: 1, to: .constant(first)), resized], axis: 1))
    }
}
