// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension GraphBuilder {
    func add(_ left: Value, _ right: Value) -> Value { elementwise("Add", left, right) }
    func subtract(_ left: Value, _ right: Value) -> Value { elementwise("Sub", left, right) }
    func multiply(_ left: Value, _ right: Value) -> Value { elementwise("Mul", left, right) }
    func divide(_ left: Value, _ right: Value) -> Value { elementwise("Div", left, right) }

    func add(_ left: Value, _ right: Float) -> Value { add(left, scalar(right)) }
    func multiply(_ left: Value, _ right: Float) -> Value { multiply(left, scalar(right)) }

    /// An operator on each pair of elements; axes of size 1 are stretched, missing ones are outermost.
    func elementwise(_ operation: String, _ left: Value, _ right: Value, type: ElementType? = nil) -> Value {
        node(operation, [left, right], type: type, shape: Self.broadcast(left.shape, right.shape))
    }

    /// An operator on each element.
    func unary(_ operation: String, _ value: Value) -> Value { node(operation, [value], shape: value.shape) }

    func sigmoid(_ value: Value) -> Value { unary("Sigmoid", value) }
    func relu(_ value: Value) -> Value { unary("Relu", value) }
    func tanh(_ value: Value) -> Value { unary("Tanh", value) }
    func exp(_ value: Value) -> Value { unary("Exp", value) }

    func clip(_ value: Value, from low: Float?, to high: Float?) -> Value {
        node("Clip", [value, low.map { scalar($0) }, high.map { scalar($0) }], shape: value.shape)
    }

    func softmax(_ value: Value, axis: Int = -1) -> Value {
        node("Softmax", [value], ["axis": .int(axis)], shape: value.shape)
    }

    func cast(_ value: Value, to type: ElementType) -> Value {
        guard value.type != type else { return value }
        let code =
            switch type {
            case .float32: 1
            case .uint8: 2
            case .int8: 3
            case .uint16: 4
            case .int16: 5
            case .int32: 6
            case .int64: 7
            case .bool: 9
            case .float16: 10
            case .float64: 11
            case .uint32: 12
            case .uint64: 13
            case .bfloat16: 16
            }
        return node("Cast", [value], ["to": .int(code)], type: type, shape: value.shape)
    }

    /// Matrix products over the last two axes.
    func matmul(_ left: Value, _ right: Value, transposingRight: Bool = false) -> Value {
        let batch = Self.broadcast(left.shape.dropLast(2), right.shape.dropLast(2))
        let columns = right.size(transposingRight ? -2 : -1)
        let shape = batch + [left.size(-2), columns]
        guard transposingRight else { return node("MatMul", [left, right], shape: shape) }
        return node("FusedMatMul", [left, right], ["transB": .int(1)], domain: .microsoft, shape: shape)
    }

    /// The mean over some axes.
    func mean(_ value: Value, axes: [Int], keepingAxes: Bool = false) -> Value {
        reduce("ReduceMean", value, axes: axes, keepingAxes: keepingAxes)
    }

    /// An operator that makes one element of all those along some axes; negative axes count from the last.
    func reduce(_ operation: String, _ value: Value, axes: [Int], keepingAxes: Bool = false) -> Value {
        let reduced = Set(axes.map { $0 < 0 ? value.rank + $0 : $0 })
        let shape: [Dimension] = value.shape.enumerated().compactMap { index, size in
            guard reduced.contains(index) else { return size }
            return keepingAxes ? 1 : nil
        }
        return node(operation, [value, vector(axes)], ["keepdims": .int(keepingAxes ? 1 : 0)], shape: shape)
    }

    /// Vectors of length 1 along the last axis.
    func normalizeL2(_ value: Value) -> Value {
        divide(value, reduce("ReduceL2", value, axes: [-1], keepingAxes: true))
    }

    /// Values where a condition holds, others elsewhere.
    func choose(where condition: Value, _ yes: Value, else no: Value) -> Value {
        node(
            "Where",
            [condition, yes, no],
            type: yes.type,
            shape: Self.broadcast(condition.shape, Self.broadcast(yes.shape, no.shape))
        )
    }

    /// The shape of an operator on pairs.
    static func broadcast(
        _ left: some BidirectionalCollection<Dimension>,
        _ right: some BidirectionalCollection<Dimension>
    ) -> [Dimension] {
        var sizes: [Dimension] = []
        var (lefts, rights) = (left.reversed().makeIterator(), right.reversed().makeIterator())
        while true {
            switch (lefts.next(), rights.next()) {
            case (nil, nil): return sizes.reversed()
            case (let size?, nil), (nil, let size?): sizes.append(size)
            case (let first?, let second?):
                // Of two sizes that must be equal the number says more than the expression.
                sizes.append(first == 1 || (first.value == nil && second.value != nil && second != 1) ? second : first)
            }
        }
    }
}
