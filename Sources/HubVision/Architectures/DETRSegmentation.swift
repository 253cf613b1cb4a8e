// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// DETR with a head that draws a mask for each object.
struct DETRSegmentation {
    static let architectures = [
        Architecture(
            name: "DetrForSegmentation",
            modelType: "detr",
            task: .imageSegmentation,
            unused: ["detr.model.backbone.conv_encoder.model.fc."]
        ) { g, context in
            let detr = try DETR(context.configuration, "detr.")
            let encoded = try detr.encode(g, context)
            let queries = try detr.decode(g, encoded).queries
            try detr.detect(g, queries)
            g.output("pred_masks", try DETRSegmentation(detr: detr).masks(g, queries, encoded))
        }
    ]

    let detr: DETR

    private func masks(_ g: GraphBuilder, _ queries: Value, _ encoded: DETR.Encoded) throws(HubError) -> Value {
        guard encoded.maps.count == 5 else { throw HubError(.unprocessable, "The backbone must have four stages") }
        let (batch, count) = (queries.size(0), queries.size(1))
        let all = batch * count
        /// Once for each query.
        func repeated(_ map: Value) -> Value {
            let stacked = g.expand(g.unsqueeze(map, axis: 1), [batch, count] + map.shape.dropFirst())
            return g.reshape(stacked, [all] + map.shape.dropFirst())
        }
        let map = encoded.projected
        let looks = g.reshape(
            try attention(g, queries, encoded),
            [all, .constant(detr.encoderHeads), map.size(2), map.size(3)]
        )
        var features = try block(g, g.concat([repeated(map), looks], axis: 1), 1)
        features = try block(g, features, 2)
        // From the coarsest but one to the finest.
        for (index, finer) in encoded.maps[1...3].reversed().enumerated() {
            let adapted = repeated(try g.convolution(finer, "mask_head.adapter\(index + 1)"))
            let coarse = g.resize(features, height: adapted.size(2), width: adapted.size(3), .nearest)
            features = try block(g, g.add(adapted, coarse), index + 3)
        }
        let drawn = try g.convolution(features, "mask_head.out_lay", padding: .all(1))
        return g.reshape(drawn, [batch, count, drawn.size(2), drawn.size(3)])
    }

    private func block(_ g: GraphBuilder, _ map: Value, _ number: Int) throws(HubError) -> Value {
        let result = try g.convolution(map, "mask_head.lay\(number)", padding: .all(1))
        let groups = min(8, result.size(1).value ?? 8)
        return g.activate(
            try g.groupNorm(result, "mask_head.gn\(number)", groups: groups, epsilon: 1e-5),
            detr.layers.activation
        )
    }

    /// Where each query looks, over all heads and places together: batch × queries × (heads · places).
    private func attention(_ g: GraphBuilder, _ queries: Value, _ encoded: DETR.Encoded) throws(HubError) -> Value {
        let heads = Dimension.constant(detr.encoderHeads)
        let size = Dimension.constant(detr.width / detr.encoderHeads)
        func split(_ tokens: Value, _ name: String) throws(HubError) -> Value {
            let projected = try g.linear(tokens, "bbox_attention.\(name)")
            let parts = g.reshape(projected, [projected.size(0), projected.size(1), heads, size])
            return g.transpose(parts, [0, 2, 1, 3])
        }
        let scale = 1 / Float(max(detr.width / detr.encoderHeads, 1)).squareRoot()
        let asked = g.multiply(try split(queries, "q_linear"), scale)
        let scores = g.matmul(asked, try split(encoded.memory, "k_linear"), transposingRight: true)
        let places = encoded.mask.size(1)
        let allowed = g.reshape(g.cast(encoded.mask, to: .bool), [encoded.mask.size(0), 1, 1, places])
        let masked = g.transpose(g.add(scores, g.bias(where: allowed)), [0, 2, 1, 3])
        return g.softmax(g.reshape(masked, [masked.size(0), masked.size(1), heads * places]))
    }
}
