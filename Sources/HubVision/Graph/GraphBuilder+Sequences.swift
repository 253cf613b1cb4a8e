// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension GraphBuilder {
    /// 0, 1, 2 … as 64-bit integers.
    func range(_ count: Dimension) -> Value {
        if let number = count.value { return constant(Tensor(vector: (0..<Int64(max(number, 0))).map { $0 })) }
        let end = reshape(vector(count), [])
        let (zero, one) = (constant(Tensor(scalar: Int64(0))), constant(Tensor(scalar: Int64(1))))
        return node("Range", [zero, end, one], shape: [count])
    }

    /// A bias that forbids what is false and leaves what is true: added to attention's scores.
    func bias(where allowed: Value) -> Value {
        choose(where: allowed, scalar(0), else: scalar(-1e30))
    }

    /// Which tokens each token of a text may look at: itself, those before it, and no padding.
    /// - Parameter padding: batch × tokens, 1 for tokens and 0 for padding.
    /// - Returns: a bias, batch × 1 × tokens × tokens.
    func causalMask(padding: Value) -> AttentionMask {
        let count = padding.size(1)
        let place = range(count)
        let before = elementwise(
            "LessOrEqual",
            reshape(place, [1, count]),
            reshape(place, [count, 1]),
            type: .bool
        )
        let tokens = reshape(cast(padding, to: .bool), [padding.size(0), 1, 1, count])
        return AttentionMask(bias: bias(where: elementwise("And", before, tokens, type: .bool)))
    }

    /// Which tokens there are.
    /// - Parameter padding: batch × tokens, 1 for tokens and 0 for padding.
    func paddingMask(_ padding: Value) -> AttentionMask { AttentionMask(keys: cast(padding, to: .int32)) }

    /// One token of each sequence.
    /// - Parameter places: batch.
    func token(of states: Value, at places: Value) -> Value {
        node(
            "GatherND",
            [states, unsqueeze(places, axis: 1)],
            ["batch_dims": .int(1)],
            shape: [states.size(0), states.size(2)]
        )
    }

    /// Where in each row the largest element stands first.
    func argmax(_ rows: Value) -> Value {
        node("ArgMax", [rows], ["axis": .int(-1), "keepdims": .int(0)], type: .int64, shape: rows.shape.dropLast())
    }

    /// Some rows of a tensor of the checkpoint, in place.
    func weightRows(_ name: String, _ rows: Range<Int>) throws(HubError) -> Value {
        let whole = try weights.tensor(name)
        return try constant("\(name)[\(rows)]") { () throws(HubError) in
            guard let part = whole.rows(rows) else {
                throw .shape(of: name, whole.shape.map { .constant($0) }, isNot: "at least \(rows.upperBound) rows")
            }
            return part
        }
    }
}

extension Tensor {
    /// Some of the elements along the first axis, in place; `nil` when there are not as many.
    fileprivate func rows(_ range: Range<Int>) -> Tensor? {
        guard let count = shape.first, count > 0, range.lowerBound >= 0, range.upperBound <= count else { return nil }
        let row = byteCount / count
        return Tensor(
            type: type,
            shape: [range.count] + shape.dropFirst(),
            memory: memory,
            offset: offset + range.lowerBound * row
        )
    }
}
