// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// Questions that are pictures themselves: where else is what this one shows?
///
/// They take other parts of the network than texts do, each a session of its own over the same weights, made when first
/// asked for.
final class PictureQueries: Sendable {
    private let load: @Sendable (NetworkRequest.Part) throws -> any InferenceSession
    private let sessions = Mutex<[NetworkRequest.Part: any InferenceSession]>([:])

    init(_ load: @escaping @Sendable (NetworkRequest.Part) throws -> any InferenceSession) { self.load = load }

    private func session(_ part: NetworkRequest.Part) throws -> any InferenceSession {
        try sessions.withLock { sessions in
            if let known = sessions[part] { return known }
            let made = try load(part)
            sessions[part] = made
            return made
        }
    }

    /// OWL-ViT: the things in a picture that look like the one that the query shows.
    /// - Parameters:
    ///   - pixels: of picture and query, each as the processor makes them.
    ///   - threshold: of what is found by itself; the scores that are answered are relative to the best.
    func detect(
        _ pixels: Tensor,
        like query: Tensor,
        threshold: Float,
        size: PixelSize,
        cancellation: RunCancellation?
    ) throws -> [DetectedObject] {
        let session = try session(.image)
        func look(_ pixels: Tensor) throws -> Squares {
            let outputs = try session.run(["pixel_values": pixels], outputs: nil, cancellation: cancellation)
            return try Squares(NetworkOutputs(outputs))
        }
        guard let wanted = try look(query).mostTelling else { return [] }
        let seen = try look(pixels)
        let logits = seen.logits(of: wanted)
        guard let scores = Tensor(logits, shape: [1, logits.count, 1]),
            let boxes = Tensor(seen.boxes, shape: [1, seen.count, 4])
        else { throw HubError(.unprocessable, "The model's outputs do not fit each other") }
        let outputs = NetworkOutputs(["logits": scores, "target_pred_boxes": boxes])
        return try ZeroShotDetection(threshold: threshold).answer(imageGuided: outputs, size: size)
    }

    /// CLIPSeg: how much each pixel is of what the query shows.
    /// - Returns: the outputs that ``ZeroShotSegmentation`` reads.
    func segment(
        _ pixels: Tensor,
        like query: Tensor,
        cancellation: RunCancellation?
    ) throws -> [String: Tensor] {
        let image = try session(.image)
        let known = try image.run(["pixel_values": query], outputs: nil, cancellation: cancellation)
        guard let embeddings = known["conditional_embeddings"] else {
            throw HubError(.unprocessable, "The model has no output conditional_embeddings")
        }
        return try session(.conditioned).run(
            ["pixel_values": pixels, "conditional_embeddings": embeddings],
            outputs: nil,
            cancellation: cancellation
        )
    }
}

/// What OWL-ViT says about each square of a picture.
private struct Squares {
    let count: Int
    /// Centre, width and height of each, relative to the picture.
    let boxes: [Float]
    private let width: Int
    private let embeddings: [Float]
    private let shifts: [Float]
    private let scales: [Float]

    init(_ outputs: NetworkOutputs) throws(HubError) {
        let (embeddings, shape) = try outputs.floats("class_embeds", rank: 2)
        (count, width) = (shape[0], shape[1])
        self.embeddings = embeddings
        shifts = try outputs.floats("logit_shift", rank: 2).values
        scales = try outputs.floats("logit_scale", rank: 2).values
        boxes = try outputs.floats("pred_boxes", rank: 2).values
        guard shifts.count == count, scales.count == count, boxes.count == 4 * count, count > 0 else {
            throw HubError(.unprocessable, "The model's outputs do not fit each other")
        }
    }

    private func embedding(_ index: Int) -> ArraySlice<Float> { embeddings[(index * width)..<((index + 1) * width)] }

    /// The embedding that says most of what is in the picture: of the boxes that cover most of it, the one that is least
    /// like all together, which is the background.
    var mostTelling: [Float]? {
        var shares = (0..<count).map { overlap($0) }
        if shares.allSatisfy({ $0 == 0 }) { shares = (0..<count).map { generalizedOverlap($0) } }
        let best = shares.max() ?? 0
        var mean = [Float](repeating: 0, count: width)
        for index in 0..<count {
            for (place, value) in embedding(index).enumerated() { mean[place] += value / Float(count) }
        }
        let chosen = (0..<count).filter { shares[$0] >= best * 0.8 }
            .min { product(mean, embedding($0)) < product(mean, embedding($1)) }
        return chosen.map { Array(embedding($0)) }
    }

    /// How well each square fits an embedding.
    func logits(of wanted: [Float]) -> [Float] {
        let length = product(wanted, wanted[...]).squareRoot() + 1e-6
        return (0..<count).map { index in
            let own = embedding(index)
            let ownLength = product(Array(own), own).squareRoot() + 1e-6
            let cosine = product(wanted, own) / (length * ownLength)
            return (cosine + shifts[index]) * scales[index]
        }
    }

    private func product(_ left: [Float], _ right: ArraySlice<Float>) -> Float {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func corners(_ index: Int) -> (left: Float, top: Float, right: Float, bottom: Float) {
        let (x, y) = (boxes[4 * index], boxes[4 * index + 1])
        let (width, height) = (boxes[4 * index + 2], boxes[4 * index + 3])
        return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    }

    /// What a box and the whole picture have in common, as a share of both together.
    private func overlap(_ index: Int) -> Float {
        let box = corners(index)
        let common = max(0, min(1, box.right) - max(0, box.left)) * max(0, min(1, box.bottom) - max(0, box.top))
        return common / (1 + (box.right - box.left) * (box.bottom - box.top) - common)
    }

    /// The same less what lies around both: below 0 for boxes outside.
    private func generalizedOverlap(_ index: Int) -> Float {
        let box = corners(index)
        let around = (max(1, box.right) - min(0, box.left)) * (max(1, box.bottom) - min(0, box.top))
        let both = 1 + (box.right - box.left) * (box.bottom - box.top)
        return overlap(index) - (around - both) / around
    }
}
