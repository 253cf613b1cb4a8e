// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A checkpoint as a network that engines can load.
public struct Network: Sendable {
    public let graph: Graph
    /// The class of the network, as in `ViTForImageClassification`.
    public let architecture: String
    public let task: VisionTask
    /// The squares that a picture is cut into, for networks that do so and pictures of one size.
    public let squares: Int?

    /// Tensors of training and of older versions of libraries, which no network needs.
    private static let bookkeeping = [
        ".num_batches_tracked", ".position_ids", "relative_position_index", ".attn_mask", ".relative_coords_table",
    ]

    /// Builds the network of a checkpoint.
    /// - Throws: `HubError`: `.unsupported` for architectures and tasks that are not known, `.unprocessable` for a checkpoint
    ///   whose configuration or tensors do not fit; the message names the key or tensor.
    public init(_ checkpoint: Checkpoint, _ request: NetworkRequest = NetworkRequest()) throws {
        let found = try ArchitectureRegistry.find(checkpoint.configuration, task: request.task)
        let weights = Weights(checkpoint.tensors)
        let builder = GraphBuilder(weights: weights)
        try found.build(builder, NetworkContext(configuration: checkpoint.configuration, request: request))
        let surplus = weights.unused { name in
            Self.bookkeeping.contains { name.hasSuffix($0) || name == $0.dropFirst() }
                || (found.unused + builder.skipped).contains { name.hasPrefix($0) }
        }
        if let first = surplus.first {
            let more = surplus.count > 1 ? " and \(surplus.count - 1) more" : ""
            throw HubError(.unprocessable, "\(found.name) has no place for tensor \(first)\(more) of the checkpoint")
        }
        graph = builder.result
        squares = builder.squares
        architecture = found.name
        task = found.task
    }
}
