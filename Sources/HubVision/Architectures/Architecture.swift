// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A class of networks: how its configuration and tensors become a graph.
///
/// A new one is a file with a list of these, and that list's line in `ArchitectureRegistry`.
struct Architecture: Sendable {
    /// The name in `architectures` of `config.json`, as in `ViTForImageClassification`.
    let name: String
    /// The `model_type`, as in `vit`; empty for timm's.
    var modelType = ""
    /// Beginnings of timm's names for such networks.
    var timm: [String] = []
    let task: VisionTask
    /// Beginnings of the names of tensors that such checkpoints have and this network does not need.
    var unused: [String] = []
    /// Declares inputs, operators and outputs.
    let build: @Sendable (GraphBuilder, NetworkContext) throws -> Void
}

/// What a network is built from, besides tensors.
struct NetworkContext {
    let configuration: ModelConfiguration
    let request: NetworkRequest

    /// The axes of an input of images.
    /// - Parameter size: height and width, where the network takes one size only.
    func imageAxes(channels: Int, size: (height: Int, width: Int)? = nil) -> [TensorPort.Axis] {
        let fixed = size ?? request.imageSize.map { ($0.height, $0.width) }
        return [
            .named("batch"), .fixed(channels), fixed.map { .fixed($0.height) } ?? .named("height"),
            fixed.map { .fixed($0.width) } ?? .named("width"),
        ]
    }
}

/// Which network is wanted of a checkpoint.
public struct NetworkRequest: Sendable, Hashable {
    public struct Size: Sendable, Hashable {
        public let height: Int
        public let width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }
    }

    /// Which network of a checkpoint that has more than one.
    public enum Part: String, Sendable, Hashable {
        /// Image and text together.
        case joint
        /// From pictures to their embeddings.
        case image
        /// From text to its embeddings.
        case text
        /// From a picture and embeddings of what to look for.
        case conditioned
        /// The network of MAE's training, from part of a picture to all of it.
        case reconstruction
    }

    /// The task; the one of the checkpoint's class unless given.
    public var task: VisionTask?
    /// The size of all pictures, when the image processor always makes the same: computing is then planned ahead.
    public var imageSize: Size?
    public var part = Part.joint

    public init(task: VisionTask? = nil, imageSize: Size? = nil, part: Part = .joint) {
        self.task = task
        self.imageSize = imageSize
        self.part = part
    }
}
