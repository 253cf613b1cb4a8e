// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What the `config.json` of a timm repo says.
struct TimmModel {
    /// The architecture, as in `resnet50`.
    let name: String
    /// What names of tensors begin with.
    let base: String
    /// Arguments that differ from the architecture's own.
    let arguments: ModelConfiguration
    /// The size of pictures, where the network takes one only.
    let size: (height: Int, width: Int)?

    init(_ g: GraphBuilder, _ context: NetworkContext) throws(HubError) {
        let config = context.configuration
        name = try config.string("architecture")
        base = g.weights.names.contains { $0.hasPrefix("timm_model.") } ? "timm_model." : ""
        arguments = try config.object("model_args")
        let pretrained = try config.object("pretrained_cfg")
        let shape = try pretrained.ints("input_size", default: [3, 224, 224])
        guard shape.count == 3 else { throw pretrained.wrong("input_size", "channels, height and width") }
        let side = try arguments.has("img_size") ? arguments.size("img_size") : (shape[1], shape[2])
        size = side
    }
}
