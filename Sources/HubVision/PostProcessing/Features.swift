// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// image-feature-extraction
public struct FeatureExtraction: Sendable {
    /// One vector for the whole picture instead of one for each patch.
    public var isPooled: Bool

    public init(isPooled: Bool = false) { self.isPooled = isPooled }

    /// The outputs to choose from, by preference.
    private var names: [String] {
        isPooled ? ["pooler_output", "image_embeds"] : ["last_hidden_state", "image_embeds"]
    }

    /// The picture's features: `[1, patches, width]`, or pooled `[1, width]`.
    ///
    /// Throws `HubError`: `badRequest` when pooled features are wanted and the network makes none, `unprocessable` when it
    /// makes none at all.
    public func answer(_ outputs: NetworkOutputs) throws(HubError) -> Tensor {
        guard let name = names.first(where: outputs.has), let tensor = outputs.tensors[name]?.asFloat32() else {
            throw isPooled
                ? HubError(.badRequest, "The model makes no pooled features; ask without pool")
                : HubError(.unprocessable, "The model makes no features")
        }
        guard let batch = tensor.shape.first, (0..<batch).contains(outputs.item),
            let item = Tensor(
                type: .float32,
                shape: [1] + tensor.shape.dropFirst(),
                memory: tensor.memory,
                offset: tensor.offset + tensor.byteCount / batch * outputs.item
            )
        else { throw HubError(.unprocessable, "The model's features have the shape \(tensor.shape)") }
        return item
    }

    /// Numbers in lists in lists, as deep as the tensor has axes.
    public static func json(_ tensor: Tensor) -> JSONValue {
        let values = tensor.asFloat32()?.withFloats { Array($0) } ?? []
        func nested(_ values: ArraySlice<Float>, _ shape: ArraySlice<Int>) -> JSONValue {
            guard let first = shape.first else { return .double(values.first.map(Double.init) ?? 0) }
            let step = first > 0 ? values.count / first : 0
            return .array(
                (0..<first).map { index in
                    let start = values.startIndex + index * step
                    return nested(values[start..<(start + step)], shape.dropFirst())
                }
            )
        }
        return nested(values[...], tensor.shape[...])
    }
}
