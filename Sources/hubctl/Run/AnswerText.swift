// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubVision

/// An answer for people.
enum AnswerText {
    private static let barWidth = 24

    static func lines(_ answer: VisionAnswer) -> [String] {
        switch answer {
        case .labels(let labels): labels.map { bar(Double($0.score), $0.label) }
        case .answers(let answers): answers.map { bar(Double($0.score), $0.answer) }
        case .objects(let objects):
            objects.isEmpty
                ? ["nothing found"]
                : objects.map { object in
                    let box = object.box
                    return "\(score(Double(object.score)))  \(object.label ?? "–")  "
                        + "(\(box.left), \(box.top)) to (\(box.right), \(box.bottom))"
                }
        case .segments(let segments):
            segments.isEmpty ? ["nothing found"] : segments.map { line($0) }
        case .depth(let depth):
            ["depth of \(depth.picture.width) × \(depth.picture.height) pixels; --output writes it, --json prints it"]
        case .features(let tensor):
            ["features of \(tensor.shape.map(String.init).joined(separator: " × ")); --json prints them"]
        }
    }

    private static func line(_ segment: Segment) -> String {
        let covered = segment.mask.withSamples { $0.reduce(0) { $0 + Int($1) } }
        let share = Double(covered) / 255 / Double(max(1, segment.mask.width * segment.mask.height))
        return
            "\(segment.score.map(score) ?? "     ")  \(segment.label)  \(Int((share * 100).rounded())) % of the picture"
    }

    private static func bar(_ value: Double, _ label: String) -> String {
        let full = value.isFinite ? Int((min(1, max(0, value)) * Double(barWidth)).rounded()) : 0
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: barWidth - full)
        return "\(score(value)) \(bar) \(label)"
    }

    /// Three decimals.
    private static func score(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1000 else { return "–    " }
        let thousandths = Int((abs(value) * 1000).rounded())
        let digits = String(thousandths % 1000)
        let sign = value < 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
