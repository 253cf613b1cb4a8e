// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension GraphBuilder {
    /// The same elements in another shape.
    func reshape(_ value: Value, _ shape: [Dimension]) -> Value {
        guard shape != value.shape else { return value }
        // 0 keeps the size at that place, one -1 is inferred: with these, most shapes need no computation.
        var spelled: [Int] = []
        var inferred = false
        for (index, size) in shape.enumerated() {
            if let number = size.value {
                spelled.append(number)
            } else if index < value.rank, value.size(index) == size {
                spelled.append(0)
            } else if !inferred {
                inferred = true
                spelled.append(-1)
            } else {
                return node("Reshape", [value, vector(shape)], shape: shape)
            }
        }
        return node("Reshape", [value, vector(spelled)], shape: shape)
    }

    func transpose(_ value: Value, _ order: [Int]) -> Value {
        node("Transpose", [value], ["perm": .ints(order)], shape: order.map { value.size($0) })
    }

    func concat(_ values: [Value], axis: Int) -> Value {
        guard let first = values.first else { return vector([Int]()) }
        guard values.count > 1 else { return first }
        let index = axis < 0 ? first.rank + axis : axis
        var shape = first.shape
        if shape.indices.contains(index) {
            shape[index] = values.dropFirst().reduce(first.size(index)) { $0 + $1.size(index) }
        }
        return node("Concat", values, ["axis": .int(index)], shape: shape)
    }

    /// The part of `value` from `start` to before `end` along an axis.
    func slice(_ value: Value, axis: Int, from start: Dimension = 0, to end: Dimension? = nil) -> Value {
        let index = axis < 0 ? value.rank + axis : axis
        let end = end ?? value.size(index)
        var shape = value.shape
        if shape.indices.contains(index) { shape[index] = end - start }
        return node("Slice", [value, vector(start), vector(end), vector([index])], shape: shape)
    }

    /// The elements at one place of an axis, which goes away.
    func select(_ value: Value, axis: Int, at place: Int) -> Value {
        let index = axis < 0 ? value.rank + axis : axis
        var shape = value.shape
        if shape.indices.contains(index) { shape.remove(at: index) }
        let position = constant(Tensor(scalar: Int64(place)))
        return node("Gather", [value, position], ["axis": .int(index)], shape: shape)
    }

    /// Parts of given sizes along an axis.
    func split(_ value: Value, axis: Int, sizes: [Int]) -> [Value] {
        let index = axis < 0 ? value.rank + axis : axis
        let outputs = sizes.map { size in
            var shape = value.shape
            if shape.indices.contains(index) { shape[index] = .constant(size) }
            return (value.type, shape)
        }
        return node("Split", [value, vector(sizes)], ["axis": .int(index)], outputs: outputs)
    }

    /// Elements of `table`'s first axis, by number.
    func gather(_ table: Value, _ indices: Value, axis: Int = 0) -> Value {
        let shape = Array(table.shape.prefix(axis)) + indices.shape + Array(table.shape.dropFirst(axis + 1))
        return node("Gather", [table, indices], ["axis": .int(axis)], shape: shape)
    }

    /// Axes of size 1 are stretched to the sizes of `shape`.
    func expand(_ value: Value, _ shape: [Dimension]) -> Value {
        guard value.shape != shape else { return value }
        return node("Expand", [value, vector(shape)], shape: Self.broadcast(value.shape, shape))
    }

    func unsqueeze(_ value: Value, axis: Int) -> Value {
        let index = axis < 0 ? value.rank + 1 + axis : axis
        var shape = value.shape
        shape.insert(1, at: Swift.min(Swift.max(index, 0), shape.count))
        return node("Unsqueeze", [value, vector([index])], shape: shape)
    }

    /// Adds elements around: `before` and `after`, an entry for each axis.
    func pad(_ value: Value, before: [Dimension], after: [Dimension], mode: String = "constant") -> Value {
        guard (before + after).contains(where: { $0 != 0 }) else { return value }
        var shape: [Dimension] = []
        for (index, size) in value.shape.enumerated() {
            shape.append(before[index] + size + after[index])
        }
        return node("Pad", [value, vector(before + after)], ["mode": .string(mode)], shape: shape)
    }

    /// Batch × channels × height × width into batch × (height · width) × channels.
    func tokens(fromMap map: Value) -> Value {
        let flat = reshape(map, [map.size(0), map.size(1), map.size(2) * map.size(3)])
        return transpose(flat, [0, 2, 1])
    }

    /// Batch × (height · width) × channels into batch × channels × height × width.
    func map(fromTokens tokens: Value, height: Dimension, width: Dimension) -> Value {
        let flat = transpose(tokens, [0, 2, 1])
        return reshape(flat, [flat.size(0), flat.size(1), height, width])
    }
}
