// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How new elements of a map come out of old ones, as PyTorch's `interpolate` does it.
enum Interpolation: Sendable, Hashable {
    case nearest
    case bilinear
    /// Bilinear, the outermost elements of both maps on one another.
    case bilinearAlignedCorners
    case bicubic
}

extension GraphBuilder {
    /// A map in another size.
    func resize(_ map: Value, height: Dimension, width: Dimension, _ interpolation: Interpolation) -> Value {
        let shape = [map.size(0), map.size(1), height, width]
        guard shape != map.shape else { return map }
        let attributes: KeyValuePairs<String, Graph.AttributeValue> =
            switch interpolation {
            case .nearest:
                [
                    "mode": .string("nearest"), "coordinate_transformation_mode": .string("asymmetric"),
                    "nearest_mode": .string("floor"),
                ]
            case .bilinear: ["mode": .string("linear"), "coordinate_transformation_mode": .string("half_pixel")]
            case .bilinearAlignedCorners:
                ["mode": .string("linear"), "coordinate_transformation_mode": .string("align_corners")]
            case .bicubic:
                [
                    "mode": .string("cubic"), "coordinate_transformation_mode": .string("half_pixel"),
                    "cubic_coeff_a": .float(-0.75),
                ]
            }
        return node("Resize", [map, nil, nil, vector(shape)], attributes, shape: shape)
    }

    /// A map a whole number of times as large.
    func upsample(_ map: Value, by factor: Int, _ interpolation: Interpolation) -> Value {
        let scale = Dimension.constant(factor)
        return resize(map, height: map.size(2) * scale, width: map.size(3) * scale, interpolation)
    }
}
