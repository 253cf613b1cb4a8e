// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What attention may not look at, or should look at less.
struct AttentionMask {
    /// Added to the scores: batch or 1 × heads or 1 × queries × keys.
    var bias: Value?
    /// 1 where there is a key, 0 where it is padding: batch × keys, 32-bit integers.
    var keys: Value?

    static let none = AttentionMask()
}

extension GraphBuilder {
    /// Scaled dot-product attention in several heads over batch × tokens × width; what each query has read.
    func attention(
        query: Value,
        key: Value,
        value: Value,
        heads: Int,
        mask: AttentionMask = .none,
        scale: Double? = nil
    ) throws(HubError) -> Value {
        for tensor in [query, key, value] {
            guard let width = tensor.size(-1).value, heads > 0, width.isMultiple(of: heads) else {
                throw HubError(
                    .unprocessable,
                    "A width of \(tensor.shape.description) does not divide into \(heads) heads"
                )
            }
        }
        var inputs: [Value?] = [query, key, value]
        if mask.keys != nil || mask.bias != nil { inputs += [nil, mask.keys] }
        if mask.bias != nil { inputs.append(mask.bias) }
        return node(
            "MultiHeadAttention",
            inputs,
            scale.map { ["num_heads": .int(heads), "scale": .float(Float($0))] } ?? ["num_heads": .int(heads)],
            domain: .microsoft,
            shape: [query.size(0), query.size(1), value.size(2)]
        )
    }

    /// The names of an attention block's four projections.
    struct AttentionNames {
        var query: String
        var key: String
        var value: String
        var output: String
    }

    /// Attention with its projections.
    /// - Parameters:
    ///   - query: what is asked from.
    ///   - key: where answers are looked up; `query` unless given.
    ///   - value: what answers are made of; `key` unless given.
    func attention(
        _ query: Value,
        key: Value? = nil,
        value: Value? = nil,
        heads: Int,
        names: AttentionNames,
        mask: AttentionMask = .none
    ) throws(HubError) -> Value {
        let key = key ?? query
        let read = try attention(
            query: linear(query, names.query),
            key: linear(key, names.key),
            value: linear(value ?? key, names.value),
            heads: heads,
            mask: mask
        )
        return try linear(read, names.output)
    }

    /// The two linear maps of a transformer block with an activation between them.
    func feedForward(
        _ input: Value,
        _ first: String,
        _ second: String,
        _ activation: Activation
    ) throws(HubError) -> Value {
        try linear(activate(linear(input, first), activation), second)
    }
}

extension GraphBuilder {
    /// Attention whose first three projections lie in one tensor, as PyTorch's own layer stores them.
    func packedAttention(
        _ query: Value,
        _ key: Value,
        value: Value? = nil,
        _ name: String,
        heads: Int,
        mask: AttentionMask = .none
    ) throws(HubError) -> Value {
        let width = query.size(-1).value ?? 0
        func project(_ input: Value, _ part: Int) throws(HubError) -> Value {
            let rows = (part * width)..<((part + 1) * width)
            return try linear(
                input,
                weight: weightRows("\(name).in_proj_weight", rows),
                bias: weightRows("\(name).in_proj_bias", rows)
            )
        }
        let read = try attention(
            query: project(query, 0),
            key: project(key, 1),
            value: project(value ?? key, 2),
            heads: heads,
            mask: mask
        )
        return try linear(read, "\(name).out_proj")
    }
}
