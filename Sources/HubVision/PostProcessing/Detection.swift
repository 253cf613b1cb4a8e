// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A thing found in a picture.
public struct DetectedObject: Sendable, Hashable {
    /// Pixels of the original picture, cut to whole numbers; may lie outside of it.
    public struct Box: Sendable, Hashable {
        public let left: Int
        public let top: Int
        public let right: Int
        public let bottom: Int

        public init(left: Int, top: Int, right: Int, bottom: Int) {
            self.left = left
            self.top = top
            self.right = right
            self.bottom = bottom
        }
    }

    public let label: String?
    public let score: Float
    public let box: Box

    public init(label: String?, score: Float, box: Box) {
        self.label = label
        self.score = score
        self.box = box
    }

    /// `{"score": …, "label": …, "box": {"xmin": …, "ymin": …, "xmax": …, "ymax": …}}`
    public var json: JSONValue {
        var members: JSONObject = ["score": .double(Double(score))]
        if let label { members["label"] = .string(label) }
        members["box"] = [
            "xmin": .int(Int64(box.left)), "ymin": .int(Int64(box.top)), "xmax": .int(Int64(box.right)),
            "ymax": .int(Int64(box.bottom)),
        ]
        return .object(members)
    }
}

/// Boxes as networks give them: centre and size, each a share of the picture.
struct RelativeBoxes {
    /// Corners, four numbers for each box.
    private let corners: [Float]

    init(_ values: [Float]) {
        corners = stride(from: 0, to: values.count - values.count % 4, by: 4).flatMap { at in
            let (x, y, width, height) = (values[at], values[at + 1], values[at + 2], values[at + 3])
            return [x - 0.5 * width, y - 0.5 * height, x + 0.5 * width, y + 0.5 * height]
        }
    }

    var count: Int { corners.count / 4 }

    func pixels(_ index: Int, of size: PixelSize) -> DetectedObject.Box {
        let (width, height) = (Float(size.width), Float(size.height))
        func whole(_ value: Float) -> Int { value.isFinite ? Int(max(-1e9, min(1e9, value))) : 0 }
        return DetectedObject.Box(
            left: whole(corners[4 * index] * width),
            top: whole(corners[4 * index + 1] * height),
            right: whole(corners[4 * index + 2] * width),
            bottom: whole(corners[4 * index + 3] * height)
        )
    }

    /// How much of two boxes together both cover, from 0 to 1.
    func overlap(_ first: Int, _ second: Int) -> Float {
        let (a, b) = (corners[(4 * first)..<(4 * first + 4)], corners[(4 * second)..<(4 * second + 4)])
        func area(_ box: ArraySlice<Float>) -> Float {
            (box[box.startIndex + 2] - box[box.startIndex]) * (box[box.startIndex + 3] - box[box.startIndex + 1])
        }
        let (i, j) = (a.startIndex, b.startIndex)
        let width = max(0, min(a[i + 2], b[j + 2]) - max(a[i], b[j]))
        let height = max(0, min(a[i + 3], b[j + 3]) - max(a[i + 1], b[j + 1]))
        let common = width * height
        let all = area(a) + area(b) - common
        return all > 0 ? common / all : 0
    }
}

/// object-detection
public struct ObjectDetection: Sendable {
    /// How a family scores its boxes.
    public enum Scoring: Sendable, Hashable {
        /// Each box has one class or none: DETR, Table Transformer, YOLOS.
        case softmax
        /// Each box may be of any class; of all pairs the best are looked at: Conditional DETR (100), Deformable DETR,
        /// RT-DETR (as many as there are boxes).
        case sigmoid(best: Int?)

        /// By `model_type`.
        public init(modelType: String) {
            switch modelType {
            case "conditional_detr", "deformable_detr": self = .sigmoid(best: 100)
            case "rt_detr", "rt_detr_v2", "d_fine": self = .sigmoid(best: nil)
            default: self = .softmax
            }
        }
    }

    public var labels: LabelNames
    public var scoring: Scoring
    /// Things that are not scored above this are left out.
    public var threshold: Float

    public init(labels: LabelNames, scoring: Scoring = .softmax, threshold: Float = 0.5) {
        self.labels = labels
        self.scoring = scoring
        self.threshold = threshold
    }

    /// Reads the outputs `logits`, `[batch, boxes, classes]`, and `pred_boxes`, `[batch, boxes, 4]`.
    ///
    /// - Parameter size: of the original picture.
    ///
    /// Throws `HubError.unprocessable` when they are not there or do not fit.
    public func answer(_ outputs: NetworkOutputs, size: PixelSize) throws(HubError) -> [DetectedObject] {
        let (logits, shape) = try outputs.floats("logits", rank: 2)
        let boxes = RelativeBoxes(try outputs.floats("pred_boxes", rank: 2).values)
        let classes = shape[1]
        guard boxes.count == shape[0], classes > 0 else {
            throw HubError(.unprocessable, "The model gives \(boxes.count) boxes for \(shape[0]) scores")
        }
        switch scoring {
        case .softmax:
            return (0..<shape[0]).compactMap { query in
                // The last class means "nothing here".
                let scores = Scores.softmax(logits[(query * classes)..<((query + 1) * classes)]).dropLast()
                guard let score = scores.max(), score > threshold, let id = scores.firstIndex(of: score) else {
                    return nil
                }
                return DetectedObject(label: labels[id], score: score, box: boxes.pixels(query, of: size))
            }
        case .sigmoid(let best):
            let scores = logits.map(Scores.sigmoid)
            return Scores.ranked(scores).prefix(best ?? shape[0]).compactMap { index in
                guard scores[index] > threshold else { return nil }
                return DetectedObject(
                    label: labels[index % classes],
                    score: scores[index],
                    box: boxes.pixels(index / classes, of: size)
                )
            }
        }
    }
}

/// zero-shot-object-detection, by texts
public struct ZeroShotDetection: Sendable {
    /// Things that are not scored above this are left out.
    public var threshold: Float
    /// At most so many; all when `nil`.
    public var topK: Int?
    /// Whether boxes are shares of a square as large as the longer side, as Owlv2 pads pictures.
    public var isPaddedToSquare: Bool

    public init(threshold: Float = 0.1, topK: Int? = nil, isPaddedToSquare: Bool = false) {
        self.threshold = threshold
        self.topK = topK
        self.isPaddedToSquare = isPaddedToSquare
    }

    private func scale(_ size: PixelSize) -> PixelSize {
        isPaddedToSquare ? PixelSize(square: max(size.height, size.width)) : size
    }

    /// Reads the outputs `logits`, `[1, boxes, texts]`, and `pred_boxes`, `[1, boxes, 4]`; a thing is found once for each
    /// text that it matches, as the reference asks the network about each text by itself.
    ///
    /// - Parameters:
    ///   - candidates: the labels of the texts, in their order.
    ///   - size: of the original picture.
    ///
    /// Throws `HubError.unprocessable` when they are not there or do not fit.
    public func answer(_ outputs: NetworkOutputs, candidates: [String], size: PixelSize) throws(HubError)
        -> [DetectedObject]
    {
        let (logits, shape) = try outputs.floats("logits", rank: 2)
        let boxes = RelativeBoxes(try outputs.floats("pred_boxes", rank: 2).values)
        guard boxes.count == shape[0], candidates.count == shape[1] else {
            throw HubError(
                .unprocessable,
                "The model's scores are \(shape), for \(boxes.count) boxes and \(candidates.count) labels"
            )
        }
        var found: [DetectedObject] = []
        for (text, label) in candidates.enumerated() {
            for box in 0..<boxes.count {
                let score = Scores.sigmoid(logits[box * shape[1] + text])
                guard score > threshold else { continue }
                found.append(DetectedObject(label: label, score: score, box: boxes.pixels(box, of: scale(size))))
            }
        }
        return ranked(found)
    }

    /// Joins the answers to several texts that the network was asked about one by one.
    public func ranked(_ found: [DetectedObject]) -> [DetectedObject] {
        let ranked = Scores.ranked(found.map(\.score)).map { found[$0] }
        return topK.map { Array(ranked.prefix(max(0, $0))) } ?? ranked
    }

    /// Things that look like a query picture: outputs `logits`, `[1, boxes, queries]`, and `target_pred_boxes`.
    ///
    /// Of boxes that overlap by more than `overlap` the best stays. Scores are relative to the best: from 1 down to 0 at a
    /// tenth of it.
    ///
    /// Throws `HubError.unprocessable` when the outputs are not there or do not fit.
    public func answer(
        imageGuided outputs: NetworkOutputs,
        overlap: Float = 0.3,
        size: PixelSize
    ) throws(HubError) -> [DetectedObject] {
        let (logits, shape) = try outputs.floats("logits", rank: 2)
        let boxes = RelativeBoxes(try outputs.floats("target_pred_boxes", rank: 2).values)
        guard boxes.count == shape[0], shape[1] > 0 else {
            throw HubError(.unprocessable, "The model gives \(boxes.count) boxes for \(shape[0]) scores")
        }
        var scores = (0..<boxes.count).map { box in
            Scores.sigmoid(logits[(box * shape[1])..<((box + 1) * shape[1])].max() ?? -.infinity)
        }
        if overlap < 1 {
            for box in Scores.ranked(scores) where scores[box] != 0 {
                for other in 0..<boxes.count where other != box && boxes.overlap(box, other) > overlap {
                    scores[other] = 0
                }
            }
        }
        for box in scores.indices where scores[box] < threshold { scores[box] = 0 }
        let best = (scores.max() ?? 0) + 1e-6
        let found = scores.indices.compactMap { box -> DetectedObject? in
            let relative = min(1, max(0, (scores[box] - best * 0.1) / (best * 0.9)))
            guard relative > 0 else { return nil }
            return DetectedObject(label: nil, score: relative, box: boxes.pixels(box, of: scale(size)))
        }
        return ranked(found)
    }
}
