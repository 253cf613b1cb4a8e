// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// ViLT: one transformer over the words of a question and the squares of a picture. (Kim et al. 2021)
struct ViLT {
    static let architectures = [
        Architecture(
            name: "ViltForQuestionAnswering",
            modelType: "vilt",
            task: .visualQuestionAnswering
        ) { g, context in
            let vilt = try ViLT(context.configuration)
            let states = try vilt.states(g, context)
            let pooled = g.tanh(try g.linear(g.firstToken(states), "vilt.pooler.dense"))
            let hidden = try g.layerNorm(g.linear(pooled, "classifier.0"), "classifier.1", epsilon: 1e-5)
            g.output("logits", try g.linear(g.activate(hidden, .gelu), "classifier.3"))
        }
    ]

    private let vit: ViT
    private let base = "vilt.embeddings"

    private init(_ config: ModelConfiguration) throws(HubError) { vit = try ViT(config) }

    /// The normalized states of words and squares.
    private func states(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) -> Value {
        let words: [TensorPort.Axis] = [.named("batch"), .named("tokens")]
        let ids = g.input("input_ids", .int64, axes: words)
        let padding = g.input("attention_mask", .int64, axes: words)
        let types = g.input("token_type_ids", .int64, axes: words)
        let axes = context.imageAxes(channels: vit.channels)
        let pixels = g.input("pixel_values", axes: axes)
        let pixelMask = g.input("pixel_mask", .int64, axes: [axes[0], axes[2], axes[3]])

        let modality = try g.weight("\(base).token_type_embeddings.weight")
        let text = g.add(try embed(g, ids, types), g.slice(modality, axis: 0, to: 1))
        let (image, mask) = try embed(g, pixels, pixelMask)
        var tokens = g.concat([text, g.add(image, g.slice(modality, axis: 0, from: 1, to: 2))], axis: 1)
        let keys = g.concat([g.cast(padding, to: .int32), mask], axis: 1)
        for layer in 0..<vit.layers {
            tokens = try vit.block(g, tokens, "vilt.encoder.layer.\(layer)", mask: AttentionMask(keys: keys))
        }
        return try g.layerNorm(tokens, "vilt.layernorm", epsilon: vit.block.epsilon)
    }

    private func embed(_ g: GraphBuilder, _ ids: Value, _ types: Value) throws(HubError) -> Value {
        let name = "\(base).text_embeddings"
        let words = try g.embedding(ids, "\(name).word_embeddings.weight")
        let typed = g.add(words, try g.embedding(types, "\(name).token_type_embeddings.weight"))
        let positions = g.slice(try g.weight("\(name).position_embeddings.weight"), axis: 0, to: ids.size(1))
        return try g.layerNorm(g.add(typed, positions), "\(name).LayerNorm", epsilon: vit.block.epsilon)
    }

    /// The tokens of a picture, and which of them are picture and not padding.
    ///
    /// The reference shuffles the squares and leaves padding out; to attention that is all the same.
    private func embed(
        _ g: GraphBuilder,
        _ pixels: Value,
        _ pixelMask: Value
    ) throws(HubError) -> (tokens: Value, mask: Value) {
        let patches = try g.patches(pixels, "\(base).patch_embeddings.projection")
        let (rows, columns) = (patches.rows, patches.columns)
        let whole = g.unsqueeze(g.cast(pixelMask, to: .float32), axis: 1)
        let mask = g.reshape(g.resize(whole, height: rows, width: columns, .nearest), [whole.size(0), rows, columns])

        let positions = try g.weight("\(base).position_embeddings")
        let count = (positions.size(1).value ?? 1) - 1
        let side = Int(Double(count).squareRoot())
        guard positions.rank == 3, side * side == count, positions.size(2) == patches.tokens.size(2) else {
            throw .shape(of: positions.name, positions.shape, isNot: "those of a square")
        }
        let (edge, width) = (Dimension.constant(side), positions.size(2))
        let grid = g.reshape(g.slice(positions, axis: 1, from: 1), [1, edge, edge * width])
        // Interpolated to the part of each picture that is no padding, first down, then across.
        let high = g.reduce("ReduceSum", g.slice(mask, axis: 2, to: 1), axes: [1], keepingAxes: true)
        let wide = g.reduce("ReduceSum", g.slice(mask, axis: 1, to: 1), axes: [2], keepingAxes: true)
        let down = g.matmul(stretch(g, from: side, to: rows, valid: g.reshape(high, [high.size(0), 1, 1])), grid)
        let split = g.reshape(down, [down.size(0), rows, edge, width])
        let across = stretch(g, from: side, to: columns, valid: g.reshape(wide, [wide.size(0), 1, 1]))
        let placed = g.matmul(g.unsqueeze(across, axis: 1), split)
        let squares = g.add(patches.tokens, g.reshape(placed, [placed.size(0), rows * columns, width]))

        let cls = g.add(
            try g.learnedTokens("\(base).cls_token", like: squares),
            g.slice(positions, axis: 1, to: 1)
        )
        let flat = g.cast(g.reshape(mask, [mask.size(0), rows * columns]), to: .int32)
        let one = g.expand(g.cast(g.reshape(g.scalar(1), [1, 1]), to: .int32), [flat.size(0), 1])
        return (g.concat([cls, squares], axis: 1), g.concat([one, flat], axis: 1))
    }

    /// Weights that interpolate a line of `count` numbers to the first `valid` places of another, ends on ends.
    /// - Parameter valid: batch × 1 × 1.
    /// - Returns: batch × length × count.
    private func stretch(_ g: GraphBuilder, from count: Int, to length: Dimension, valid: Value) -> Value {
        let places = g.reshape(g.cast(g.range(length), to: .float32), [1, length, 1])
        let gaps = g.node("Max", [g.subtract(valid, g.scalar(1)), g.scalar(1)], shape: valid.shape)
        let sources = g.divide(g.multiply(places, Float(count - 1)), gaps)
        let targets = g.reshape(g.cast(g.range(.constant(count)), to: .float32), [1, 1, .constant(count)])
        let distance = g.unary("Abs", g.subtract(sources, targets))
        return g.relu(g.subtract(g.scalar(1), distance))
    }
}
