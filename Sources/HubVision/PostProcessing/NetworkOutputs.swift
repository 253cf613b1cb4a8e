// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a network answered for a batch, read one picture at a time.
public struct NetworkOutputs: Sendable {
    public let tensors: [String: Tensor]
    /// Which picture of the batch.
    public let item: Int

    public init(_ tensors: [String: Tensor], item: Int = 0) {
        self.tensors = tensors
        self.item = item
    }

    /// The part of an output that belongs to the picture, as 32-bit floating point, and its shape without the batch.
    ///
    /// Throws `HubError.unprocessable` when the network has no such output or it is of another rank: then it is not what
    /// its configuration says.
    func floats(_ name: String, rank: Int) throws(HubError) -> (values: [Float], shape: [Int]) {
        guard let tensor = tensors[name]?.asFloat32() else {
            throw HubError(.unprocessable, "The model has no output \(name) of numbers")
        }
        guard tensor.shape.count == rank + 1, let batch = tensor.shape.first, (0..<batch).contains(item) else {
            throw HubError(
                .unprocessable,
                "The model's output \(name) has the shape \(tensor.shape), which is not expected"
            )
        }
        let shape = Array(tensor.shape.dropFirst())
        let count = tensor.count / batch
        let values = tensor.withFloats { Array($0[(item * count)..<((item + 1) * count)]) } ?? []
        return (values, shape)
    }

    func has(_ name: String) -> Bool { tensors[name] != nil }
}

/// The arithmetic that scores are made with, in 32 bits as the reference does.
enum Scores {
    static func softmax(_ logits: some Collection<Float>) -> [Float] {
        guard let greatest = logits.max() else { return [] }
        let powers = logits.map { exponential($0 - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    static func sigmoid(_ logit: Float) -> Float { 1 / (1 + exponential(-logit)) }

    /// Positions by score, the greatest first; equal ones stay in order, and what is no number comes last.
    static func ranked(_ scores: [Float]) -> [Int] {
        scores.indices.sorted { first, second in
            let (left, right) = (scores[first], scores[second])
            if left.isNaN || right.isNaN { return left.isNaN == right.isNaN ? first < second : right.isNaN }
            return left == right ? first < second : left > right
        }
    }
}
