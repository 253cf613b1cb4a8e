// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A part of a picture.
public struct Segment: Sendable {
    public let label: String
    /// `nil` where every pixel has a class and none a score.
    public let score: Double?
    /// Grey, of the original picture's size: 255 inside, 0 outside. For soft masks anything between.
    public let mask: Image

    public init(label: String, score: Double?, mask: Image) {
        self.label = label
        self.score = score
        self.mask = mask
    }

    /// `{"score": …, "label": …, "mask": base64 of a PNG}`
    ///
    /// Throws `HubError.internal` when there is no memory for the PNG.
    public func json() throws -> JSONValue {
        [
            "score": score.map(JSONValue.double) ?? .null, "label": .string(label),
            "mask": .string(Base64.encode(try mask.pngEncoded())),
        ]
    }
}

/// image-segmentation
public struct ImageSegmentation: Sendable {
    public enum Subtask: String, Sendable, Hashable, CaseIterable {
        case semantic
        case instance
        case panoptic
    }

    /// What a network's outputs mean.
    public enum Family: Sendable, Hashable {
        /// `logits`, `[batch, classes, height, width]`: SegFormer, UPerNet, BEiT, DPT.
        case semantic
        /// `logits` and `pred_masks`, one of each for a query: DETR.
        case detr
        /// `class_queries_logits` and `masks_queries_logits`: MaskFormer.
        case maskFormer

        /// By `model_type`; `nil` for one that does not segment by queries.
        public init(modelType: String) {
            switch modelType {
            case "detr", "conditional_detr": self = .detr
            case "maskformer": self = .maskFormer
            default: self = .semantic
            }
        }

        var outputs: (classes: String, masks: String) {
            self == .detr ? ("logits", "pred_masks") : ("class_queries_logits", "masks_queries_logits")
        }
    }

    public var labels: LabelNames
    public var family: Family
    /// Whether one plane of numbers says how much each pixel belongs to the foreground, as in networks that cut out
    /// people; the reference's networks have a plane for each class.
    public var isForeground = false
    /// What to look for; panoptic where the family can, else semantic, unless given.
    public var subtask: Subtask?
    /// Segments that are not scored above this are left out.
    public var threshold: Float
    /// From here on a pixel belongs to a mask.
    public var maskThreshold: Float
    /// Segments of whose mask others cover more than the rest are left out.
    public var overlapThreshold: Float

    public init(
        labels: LabelNames,
        family: Family,
        subtask: Subtask? = nil,
        threshold: Float = 0.9,
        maskThreshold: Float = 0.5,
        overlapThreshold: Float = 0.5
    ) {
        self.labels = labels
        self.family = family
        self.subtask = subtask
        self.threshold = threshold
        self.maskThreshold = maskThreshold
        self.overlapThreshold = overlapThreshold
    }

    /// Cuts the picture up.
    ///
    /// - Parameter size: of the original picture.
    ///
    /// Throws `HubError`: `badRequest` for a subtask that the family does not offer, `unprocessable` when the outputs are
    /// not there or do not fit.
    public func answer(_ outputs: NetworkOutputs, size: PixelSize) throws(HubError) -> [Segment] {
        let wanted = subtask ?? (family == .semantic ? .semantic : .panoptic)
        switch (family, wanted) {
        case (.semantic, .semantic):
            let (logits, shape) = try outputs.floats("logits", rank: 3)
            if isForeground, shape[0] == 1 {
                return try [foreground(logits, PixelSize(height: shape[1], width: shape[2]), size)]
            }
            return try semantic(logits, PixelSize(height: shape[1], width: shape[2]), size)
        case (.semantic, _):
            throw HubError(.badRequest, "Subtask \(wanted.rawValue) is not supported for this model; semantic is")
        case (_, .semantic):
            let queries = try Queries(outputs, family)
            return try semantic(queries.semanticPlanes, queries.size, size)
        case (.maskFormer, .instance): return try instances(Queries(outputs, family), size)
        case (_, .panoptic), (.detr, .instance): return try panoptic(Queries(outputs, family), size)
        }
    }

    /// One soft mask.
    private func foreground(_ plane: [Float], _ source: PixelSize, _ size: PixelSize) throws(HubError) -> Segment {
        guard source.height > 0, source.width > 0 else {
            throw HubError(.unprocessable, "The model's masks have no pixels")
        }
        // Probabilities, or what becomes them.
        let isLogits = plane.contains { $0 < 0 || $0 > 1 }
        let shares = isLogits ? plane.map(Scores.sigmoid) : plane
        let interpolation = PlaneInterpolation(from: source, to: size)
        var row = [Float](repeating: 0, count: size.width)
        let mask = Image(width: size.width, height: size.height, channels: 1) { target in
            for y in 0..<size.height {
                shares.withUnsafeBufferPointer { shares in
                    row.withUnsafeMutableBufferPointer { row in
                        guard let from = shares.baseAddress, let into = row.baseAddress else { return }
                        interpolation.row(y, of: from, into: into)
                    }
                }
                for x in 0..<size.width {
                    let value = (row[x] * 255).rounded()
                    target[y * size.width + x] = value.isFinite ? UInt8(max(0, min(255, value))) : 0
                }
            }
        }
        guard let mask else { throw HubError(.unprocessable, "The image has no pixels") }
        return Segment(label: labels[0], score: nil, mask: mask)
    }

    /// Every pixel its class, one segment for each class that is there.
    private func semantic(_ planes: [Float], _ source: PixelSize, _ size: PixelSize) throws(HubError) -> [Segment] {
        guard source.height > 0, source.width > 0 else {
            throw HubError(.unprocessable, "The model's masks have no pixels")
        }
        let ids = PlaneInterpolation(from: source, to: size).greatest(planes)
        // All masks in one walk: there may be as many as classes.
        let present = Set(ids).sorted()
        let places = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($0.element, $0.offset) })
        var planes = [[UInt8]](repeating: [UInt8](repeating: 0, count: ids.count), count: present.count)
        var (last, place) = (Int32.min, 0)
        for (pixel, id) in ids.enumerated() {
            // Neighbours are mostly of one class.
            if id != last { (last, place) = (id, places[id] ?? 0) }
            planes[place][pixel] = 255
        }
        return try zip(present, planes).map { (id, plane) throws(HubError) in
            guard let mask = Image(width: size.width, height: size.height, channels: 1, samples: plane) else {
                throw HubError(.unprocessable, "The image has no pixels")
            }
            return Segment(label: labels[Int(id)], score: nil, mask: mask)
        }
    }

    /// Every pixel the query that claims it most, if that query's mask is mostly its own.
    private func panoptic(_ queries: Queries, _ size: PixelSize) throws(HubError) -> [Segment] {
        let kept = (0..<queries.count).compactMap { query -> (query: Int, id: Int, score: Float)? in
            let scores = queries.scores(query)
            guard let score = scores.max(), let id = scores.firstIndex(of: score), id != scores.count - 1,
                score > threshold
            else { return nil }
            return (query, id, score)
        }
        guard !kept.isEmpty else { return [] }
        let interpolation = PlaneInterpolation(from: queries.size, to: size)
        let plane = queries.size.height * queries.size.width
        var claims = [Int32](repeating: 0, count: size.height * size.width)
        var areas = [Int](repeating: 0, count: kept.count)
        let probabilities = kept.map { kept in
            queries.masks[(kept.query * plane)..<((kept.query + 1) * plane)].map(Scores.sigmoid)
        }
        var row = [Float](repeating: 0, count: size.width)
        var best = row
        for y in 0..<size.height {
            best = [Float](repeating: -.infinity, count: size.width)
            for (index, kept) in kept.enumerated() {
                probabilities[index].withUnsafeBufferPointer { plane in
                    if let base = plane.baseAddress { interpolation.row(y, of: base, into: &row) }
                }
                for x in 0..<size.width {
                    let claim = row[x] * kept.score
                    if claim >= maskThreshold { areas[index] += 1 }
                    if claim > best[x] {
                        best[x] = claim
                        claims[y * size.width + x] = Int32(index)
                    }
                }
            }
        }
        var owned = [Int](repeating: 0, count: kept.count)
        for claim in claims { owned[Int(claim)] += 1 }
        var segments: [Segment] = []
        for (index, kept) in kept.enumerated() where owned[index] > 0 && areas[index] > 0 {
            guard Float(owned[index]) / Float(areas[index]) > overlapThreshold else { continue }
            segments.append(
                Segment(
                    label: labels[kept.id],
                    score: Self.rounded(kept.score),
                    mask: try Self.mask(size) { claims[$0] == Int32(index) }
                )
            )
        }
        return segments
    }

    /// MaskFormer's instances: of all pairs of query and class the best, later masks on top of earlier ones.
    private func instances(_ queries: Queries, _ size: PixelSize) throws(HubError) -> [Segment] {
        let classes = queries.classes - 1
        guard classes > 0 else { return [] }
        let scores = (0..<queries.count).flatMap { queries.scores($0).dropLast() }
        let plane = queries.size.height * queries.size.width
        var ids = [Int32](repeating: -1, count: size.height * size.width)
        var found: [(label: String, score: Float)] = []
        let rows = (0..<size.height).map { Self.nearest($0, queries.size.height, size.height) * queries.size.width }
        let columns = (0..<size.width).map { Self.nearest($0, queries.size.width, size.width) }
        for index in Scores.ranked(scores).prefix(queries.count) {
            let logits = queries.masks[(index / classes * plane)..<((index / classes + 1) * plane)]
            var (sum, area): (Float, Float) = (0, 0)
            for logit in logits where logit > 0 {
                sum += Scores.sigmoid(logit)
                area += 1
            }
            let score = scores[index] * (sum / (area + 1e-6))
            guard score >= threshold else { continue }
            var isEmpty = true
            let before = ids
            for (y, row) in rows.enumerated() {
                for (x, column) in columns.enumerated() where logits[logits.startIndex + row + column] > 0 {
                    ids[y * size.width + x] = Int32(found.count)
                    isEmpty = false
                }
            }
            if isEmpty {
                ids = before
            } else {
                found.append((labels[index % classes], score))
            }
        }
        var segments: [Segment] = []
        for (id, segment) in found.enumerated() {
            segments.append(
                Segment(
                    label: segment.label,
                    score: Self.rounded(segment.score),
                    mask: try Self.mask(size) { ids[$0] == Int32(id) }
                )
            )
        }
        return segments
    }

    private static func nearest(_ index: Int, _ source: Int, _ target: Int) -> Int {
        min(source - 1, Int(Float(index) * (Float(source) / Float(target))))
    }

    /// To six decimals, as the reference reports scores of segments.
    private static func rounded(_ score: Float) -> Double { (Double(score) * 1e6).rounded(.toNearestOrEven) / 1e6 }

    static func mask(_ size: PixelSize, _ isInside: (Int) -> Bool) throws(HubError) -> Image {
        let mask = Image(width: size.width, height: size.height, channels: 1) { target in
            for index in target.indices { target[index] = isInside(index) ? 255 : 0 }
        }
        guard let mask else { throw HubError(.unprocessable, "The image has no pixels") }
        return mask
    }

    /// A class and a mask for each query.
    private struct Queries {
        let count: Int
        /// The last one is "nothing".
        let classes: Int
        let size: PixelSize
        let logits: [Float]
        let masks: [Float]

        init(_ outputs: NetworkOutputs, _ family: Family) throws(HubError) {
            let (logits, shape) = try outputs.floats(family.outputs.classes, rank: 2)
            let (masks, maskShape) = try outputs.floats(family.outputs.masks, rank: 3)
            guard shape[0] == maskShape[0], shape[1] > 0, maskShape[1] > 0, maskShape[2] > 0 else {
                throw HubError(.unprocessable, "The model gives \(maskShape[0]) masks for \(shape[0]) classes")
            }
            count = shape[0]
            classes = shape[1]
            size = PixelSize(height: maskShape[1], width: maskShape[2])
            self.logits = logits
            self.masks = masks
        }

        func scores(_ query: Int) -> [Float] { Scores.softmax(logits[(query * classes)..<((query + 1) * classes)]) }

        /// For each class a plane: the masks of all queries, each as much as the query is of that class.
        var semanticPlanes: [Float] {
            let plane = size.height * size.width
            var planes = [Float](repeating: 0, count: max(0, classes - 1) * plane)
            for query in 0..<count {
                let scores = scores(query)
                let mask = masks[(query * plane)..<((query + 1) * plane)].map(Scores.sigmoid)
                for id in 0..<max(0, classes - 1) {
                    for pixel in 0..<plane { planes[id * plane + pixel] += scores[id] * mask[pixel] }
                }
            }
            return planes
        }
    }
}

/// Segmentation by texts or by a picture, as CLIPSeg does
public struct ZeroShotSegmentation: Sendable {
    /// The labels of the texts, in their order.
    public var candidates: [String]

    public init(candidates: [String]) { self.candidates = candidates }

    /// Reads the output `logits`, `[texts, height, width]` or, of one text, `[height, width]`: a soft mask for each.
    ///
    /// - Parameter size: of the original picture.
    ///
    /// Throws `HubError.unprocessable` when it is not there or does not fit.
    public func answer(_ outputs: [String: Tensor], size: PixelSize) throws(HubError) -> [Segment] {
        guard let tensor = outputs["logits"], let logits = tensor.asFloat32() else {
            throw HubError(.unprocessable, "The model has no output logits of numbers")
        }
        let shape = logits.shape.count == 2 ? [1] + logits.shape : logits.shape
        guard shape.count == 3, shape[0] == candidates.count, shape[1] > 0, shape[2] > 0 else {
            throw HubError(
                .unprocessable,
                "The model's masks have the shape \(logits.shape), for \(candidates.count) labels"
            )
        }
        let interpolation = PlaneInterpolation(from: PixelSize(height: shape[1], width: shape[2]), to: size)
        let plane = shape[1] * shape[2]
        let values = logits.withFloats { Array($0) } ?? []
        var segments: [Segment] = []
        for (index, label) in candidates.enumerated() {
            let shares = interpolation.plane(Array(values[(index * plane)..<((index + 1) * plane)])).map(Scores.sigmoid)
            let mask = Image(width: size.width, height: size.height, channels: 1) { target in
                for pixel in target.indices { target[pixel] = UInt8(max(0, min(255, shares[pixel] * 255))) }
            }
            guard let mask else { throw HubError(.unprocessable, "The image has no pixels") }
            segments.append(Segment(label: label, score: shares.max().map(Double.init), mask: mask))
        }
        return segments
    }
}
