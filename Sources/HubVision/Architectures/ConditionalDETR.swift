// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Conditional DETR: queries that carry a place of their own to look around. (Meng et al. 2021)
struct ConditionalDETR {
    static let architectures = [
        Architecture(
            name: "ConditionalDetrForObjectDetection",
            modelType: "conditional_detr",
            task: .objectDetection,
            unused: ["model.backbone.conv_encoder.model.fc."]
        ) { g, context in
            let detr = try ConditionalDETR(context.configuration)
            let encoded = try detr.detr.encode(g, context)
            let (queries, reference) = try detr.decode(g, encoded)
            g.output("logits", try g.linear(queries, "class_labels_classifier"))
            g.output("pred_boxes", try detr.boxes(g, queries, reference))
            g.output("last_hidden_state", queries)
            g.output("encoder_last_hidden_state", encoded.memory)
        }
    ]

    private let detr: DETR
    private let layerCount: Int

    private init(_ config: ModelConfiguration) throws(HubError) {
        detr = try DETR(config, "")
        layerCount = try config.int("decoder_layers", default: 6)
    }

    /// The states of the queries, and the place of each before it is squeezed between 0 and 1.
    private func decode(
        _ g: GraphBuilder,
        _ encoded: DETR.Encoded
    ) throws(HubError) -> (queries: Value, reference: Value) {
        let learned = g.unsqueeze(try g.weight("model.query_position_embeddings.weight"), axis: 0)
        let reference = try g.perceptron(learned, "model.decoder.ref_point_head", layers: 2)
        let waves = SinePositions(width: detr.width / 2)
        let place = g.sigmoid(reference)
        let (across, down) = (g.select(place, axis: 2, at: 0), g.select(place, axis: 2, at: 1))
        let sine = g.concat([try waves.encode(g, down), try waves.encode(g, across)], axis: 2)

        var queries = g.blankTokens(learned.size(1), like: encoded.memory)
        for layer in 0..<layerCount {
            var place = sine
            if layer > 0 {
                place = g.multiply(place, try g.perceptron(queries, "model.decoder.query_scale", layers: 2))
            }
            let name = "model.decoder.layers.\(layer)"
            queries = try detr.layers.residual(g, queries, "\(name).self_attn_layer_norm") { tokens throws(HubError) in
                try look(g, tokens, among: learned, name)
            }
            queries = try detr.layers.residual(g, queries, "\(name).encoder_attn_layer_norm") {
                tokens throws(HubError) in
                try look(g, tokens, at: encoded, name, place: place, learned: layer == 0 ? learned : nil)
            }
            queries = try detr.layers.feedForward(g, queries, name)
        }
        return (try g.layerNorm(queries, "model.decoder.layernorm", epsilon: 1e-5), reference)
    }

    /// Attention among the queries.
    private func look(
        _ g: GraphBuilder,
        _ tokens: Value,
        among positions: Value,
        _ name: String
    ) throws(HubError) -> Value {
        func both(_ part: String) throws(HubError) -> Value {
            g.add(
                try g.linear(tokens, "\(name).sa_\(part)content_proj"),
                try g.linear(positions, "\(name).sa_\(part)pos_proj")
            )
        }
        let value = try g.linear(tokens, "\(name).sa_v_proj")
        let read = try g.attention(query: both("q"), key: both("k"), value: value, heads: detr.decoderHeads)
        return try g.linear(read, "\(name).self_attn.out_proj")
    }

    /// Attention to the picture, by content and by place side by side.
    private func look(
        _ g: GraphBuilder,
        _ tokens: Value,
        at encoded: DETR.Encoded,
        _ name: String,
        place: Value,
        learned: Value?
    ) throws(HubError) -> Value {
        var query = try g.linear(tokens, "\(name).ca_qcontent_proj")
        var key = try g.linear(encoded.memory, "\(name).ca_kcontent_proj")
        let keyPlace = try g.linear(encoded.positions, "\(name).ca_kpos_proj")
        if let learned {
            query = g.add(query, try g.linear(learned, "\(name).ca_qpos_proj"))
            key = g.add(key, keyPlace)
        }
        let read = try g.attention(
            query: beside(g, query, try g.linear(place, "\(name).ca_qpos_sine_proj")),
            key: beside(g, key, keyPlace),
            value: g.linear(encoded.memory, "\(name).ca_v_proj"),
            heads: detr.decoderHeads,
            mask: g.paddingMask(encoded.mask)
        )
        return try g.linear(read, "\(name).encoder_attn.out_proj")
    }

    /// Two tensors of the same width joined head by head.
    private func beside(_ g: GraphBuilder, _ first: Value, _ second: Value) -> Value {
        let heads = Dimension.constant(detr.decoderHeads)
        let size = Dimension.constant(detr.width / detr.decoderHeads)
        func split(_ value: Value) -> Value {
            let whole = g.expand(value, [first.size(0), value.size(1), value.size(2)])
            return g.reshape(whole, [whole.size(0), whole.size(1), heads, size])
        }
        let joined = g.concat([split(first), split(second)], axis: 3)
        return g.reshape(joined, [joined.size(0), joined.size(1), .constant(2 * detr.width)])
    }

    /// Boxes whose centres are told relative to the queries' places.
    private func boxes(_ g: GraphBuilder, _ queries: Value, _ reference: Value) throws(HubError) -> Value {
        let drawn = try g.perceptron(queries, "bbox_predictor", layers: 3)
        // As the reference does it: squeezed, clipped and stretched again.
        let place = g.sigmoid(reference)
        let rest = g.subtract(g.scalar(1), place)
        let odds = g.divide(g.clip(place, from: 1e-5, to: nil), g.clip(rest, from: 1e-5, to: nil))
        let centre = g.add(g.slice(drawn, axis: 2, to: 2), g.unary("Log", odds))
        return g.sigmoid(g.concat([centre, g.slice(drawn, axis: 2, from: 2)], axis: 2))
    }
}
