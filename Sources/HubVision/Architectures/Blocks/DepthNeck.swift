// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The part of DPT and Depth Anything between backbone and head: tokens become maps of four sizes, and these one.
struct DepthNeck {
    /// How a class token is told to the squares.
    enum Readout: String {
        case ignore
        case add
        case project
    }

    /// What a stage of the backbone gives.
    enum Stage {
        case tokens(Value)
        /// A map that is used as it is.
        case map(Value)
    }

    let readout: Readout
    /// How many tokens stand before the squares.
    var firstSquare = 1
    /// Whether each map is enlarged to the next one's size, or to twice its own.
    var fitsNext = false
    let activation: Activation
    private let factors: [Double]

    init(_ config: ModelConfiguration, readout: Readout) throws(HubError) {
        self.readout = readout
        factors = try config.numbers("reassemble_factors", default: [4, 2, 1, 0.5])
        activation = try config.activation("hidden_act", default: "gelu")
    }

    func callAsFunction(
        _ g: GraphBuilder,
        _ stages: [Stage],
        rows: Dimension,
        columns: Dimension
    ) throws(HubError) -> Value {
        guard stages.count == factors.count, !stages.isEmpty else {
            throw HubError(
                .unprocessable,
                "The backbone gives \(stages.count) stages, config.json has reassemble_factors for \(factors.count)"
            )
        }
        var maps: [Value] = []
        for (index, stage) in stages.enumerated() {
            let map =
                switch stage {
                case .map(let map): map
                case .tokens(let tokens): try reassemble(g, tokens, index, rows: rows, columns: columns)
                }
            maps.append(try g.convolution(map, "neck.convs.\(index)", padding: .all(1)))
        }
        return try fuse(g, maps.reversed())
    }

    private func reassemble(
        _ g: GraphBuilder,
        _ states: Value,
        _ index: Int,
        rows: Dimension,
        columns: Dimension
    ) throws(HubError) -> Value {
        var tokens = g.slice(states, axis: 1, from: .constant(firstSquare))
        let cls = g.slice(states, axis: 1, to: 1)
        switch readout {
        case .ignore: break
        case .add: tokens = g.add(tokens, cls)
        case .project:
            let both = g.concat([tokens, g.expand(cls, tokens.shape)], axis: 2)
            tokens = g.activate(try g.linear(both, "neck.reassemble_stage.readout_projects.\(index).0"), activation)
        }
        let name = "neck.reassemble_stage.layers.\(index)"
        let map = try g.convolution(g.map(fromTokens: tokens, height: rows, width: columns), "\(name).projection")
        let factor = factors[index]
        if factor > 1 { return try g.upsamplingConvolution(map, "\(name).resize") }
        guard factor < 1 else { return map }
        guard factor >= 1 / 64 else { throw HubError(.unprocessable, "config.json: reassemble_factors are too small") }
        return try g.convolution(map, "\(name).resize", stride: Int(1 / factor), padding: .all(1))
    }

    /// Adds maps from the coarsest to the finest.
    private func fuse(_ g: GraphBuilder, _ maps: [Value]) throws(HubError) -> Value {
        var fused: Value?
        for (index, map) in maps.enumerated() {
            let name = "neck.fusion_stage.layers.\(index)"
            var sum = map
            if let so = fused {
                let beside = g.resize(map, height: so.size(2), width: so.size(3), .bilinear)
                sum = g.add(so, try residual(g, beside, "\(name).residual_layer1"))
            }
            sum = try residual(g, sum, "\(name).residual_layer2")
            if fitsNext, index + 1 < maps.count {
                let next = maps[index + 1]
                sum = g.resize(sum, height: next.size(2), width: next.size(3), .bilinearAlignedCorners)
            } else {
                sum = g.upsample(sum, by: 2, .bilinearAlignedCorners)
            }
            fused = try g.convolution(sum, "\(name).projection")
        }
        // The coarsest has nothing to be added to.
        g.skip(prefixes: ["neck.fusion_stage.layers.0.residual_layer1."])
        guard let fused else { throw HubError(.internal, "A neck was built without stages") }
        return fused
    }

    private func residual(_ g: GraphBuilder, _ map: Value, _ name: String) throws(HubError) -> Value {
        var result = map
        for layer in 1...2 {
            let norm = "\(name).batch_norm\(layer)"
            result = try g.convolution(
                g.relu(result),
                "\(name).convolution\(layer)",
                padding: .all(1),
                batchNorm: g.has("\(norm).weight") ? BatchNorm(name: norm) : nil
            )
        }
        return g.add(result, map)
    }
}
