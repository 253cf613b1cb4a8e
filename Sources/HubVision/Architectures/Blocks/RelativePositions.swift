// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Attention biases that depend on how far apart, in rows and columns, two squares of a grid are.
struct RelativePositions {
    let rows: Int
    let columns: Int
    /// Whether a class token stands before the squares; the table's last three rows are its.
    var classToken = false

    /// The bias, 1 × heads × tokens × tokens, out of a table of distances × heads.
    func bias(_ g: GraphBuilder, _ table: String, heads: Int) throws(HubError) -> Value {
        let entries = (2 * rows - 1) * (2 * columns - 1) + (classToken ? 3 : 0)
        let count = rows * columns + (classToken ? 1 : 0)
        // Larger ones are not windows or grids of any picture that is looked at with such a table.
        guard count <= 1 << 13 else {
            throw HubError(.unprocessable, "Tensor \(table) would be the bias of \(count) tokens, which is too many")
        }
        let weight = try g.weight(table, shape: [entries, heads])
        let index = g.constant(Tensor(vector: self.index))
        let picked = g.gather(weight, index)
        let size = Dimension.constant(count)
        let square = g.reshape(picked, [size, size, .constant(heads)])
        return g.unsqueeze(g.transpose(square, [2, 0, 1]), axis: 0)
    }

    /// The table's row for each pair of tokens.
    private var index: [Int64] {
        let first = classToken ? 1 : 0
        let count = rows * columns + first
        let distances = (2 * rows - 1) * (2 * columns - 1)
        var index = [Int64](repeating: 0, count: count * count)
        for from in 0..<count {
            for to in 0..<count {
                let row: Int
                if from < first {
                    row = to < first ? distances + 2 : distances
                } else if to < first {
                    row = distances + 1
                } else {
                    let (a, b) = (from - first, to - first)
                    let down = a / columns - b / columns + rows - 1
                    let across = a % columns - b % columns + columns - 1
                    row = down * (2 * columns - 1) + across
                }
                index[from * count + to] = Int64(row)
            }
        }
        return index
    }
}
