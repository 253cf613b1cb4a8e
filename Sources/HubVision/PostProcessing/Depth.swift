// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage
public import HubCore

/// depth-estimation
public struct DepthEstimation: Sendable {
    public init() {}

    /// How far things are, or how near: what a network means by a number is its own.
    public struct Answer: Sendable {
        /// `[height, width]` of the original picture.
        public let depth: Tensor
        /// The same as grey: black is the least, white the greatest.
        public let picture: Image
    }

    /// Reads the output `predicted_depth`, `[batch, height, width]`.
    ///
    /// - Parameter size: of the original picture.
    ///
    /// Throws `HubError.unprocessable` when it is not there.
    public func answer(_ outputs: NetworkOutputs, size: PixelSize) throws(HubError) -> Answer {
        let (values, shape) = try outputs.floats("predicted_depth", rank: 2)
        guard shape[0] > 0, shape[1] > 0 else { throw HubError(.unprocessable, "The model's depth has no pixels") }
        let depth = Tensor(.float32, shape: [size.height, size.width], as: Float.self) { target in
            if size.height == shape[0], size.width == shape[1] {
                _ = target.update(fromContentsOf: values)
            } else {
                hub_bicubic_plane(values, shape[1], shape[0], target.baseAddress, size.width, size.height)
            }
        }
        let picture = depth?.withFloats { depth in
            let (least, greatest) = (depth.min() ?? 0, depth.max() ?? 0)
            return Image(width: size.width, height: size.height, channels: 1) { target in
                for index in target.indices {
                    let share = (depth[index] - least) / (greatest - least) * 255
                    // A flat depth, or one that is no number, is black.
                    target[index] = share.isFinite ? UInt8(max(0, min(255, share))) : 0
                }
            }
        }
        guard let depth, let picture = picture ?? nil else { throw HubError(.unprocessable, "The image has no pixels") }
        return Answer(depth: depth, picture: picture)
    }
}
