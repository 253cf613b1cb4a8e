// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What a network says about a picture.
public enum VisionAnswer: Sendable {
    case labels([ScoredLabel])
    case objects([DetectedObject])
    case segments([Segment])
    case depth(DepthEstimation.Answer)
    case features(Tensor)
    case answers([ScoredAnswer])

    /// The pipelines' JSON; pictures in it are PNG in base64.
    ///
    /// Throws `HubError.internal` when there is no memory for a PNG.
    public func json() throws -> JSONValue {
        switch self {
        case .labels(let labels): .array(labels.map(\.json))
        case .objects(let objects): .array(objects.map(\.json))
        case .segments(let segments): .array(try segments.map { try $0.json() })
        case .depth(let answer):
            [
                "predicted_depth": FeatureExtraction.json(answer.depth),
                "depth": .string(Base64.encode(try answer.picture.pngEncoded())),
            ]
        case .features(let tensor): FeatureExtraction.json(tensor)
        case .answers(let answers): .array(answers.map(\.json))
        }
    }
}
