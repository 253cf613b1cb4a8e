// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Draws an answer over the picture it is about: frames around things, colours over segments, each with its label and
/// score, depth as grey.
public enum Annotation {
    /// The colour of the `index`-th thing: neighbours are far apart in hue.
    public static func colour(_ index: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
        let hue = Double(index &* 137 % 360) / 60
        func channel(_ offset: Double) -> UInt8 {
            // A triangle wave around the circle, never darker than a third.
            let place = (hue + offset).truncatingRemainder(dividingBy: 6)
            let value = min(1, max(0, abs(place - 3) - 1))
            return UInt8(85 + value * 170)
        }
        return (channel(0), channel(4), channel(2))
    }

    /// - Parameter image: RGB, as it was asked about.
    /// - Returns: `nil` for answers that have no place in the picture.
    public static func draw(_ answer: VisionAnswer, on image: Image) -> Image? {
        guard image.channels == 3 else { return nil }
        var canvas = Canvas(image)
        var lettering = Lettering(width: image.width, height: image.height)
        switch answer {
        case .objects(let objects):
            let boxes = objects.map { held($0.box) }
            for (index, box) in boxes.enumerated() { canvas.frame(box, colour(index)) }
            // Afterwards: no frame goes through a label.
            for (index, (object, box)) in zip(objects, boxes).enumerated() {
                let text = Lettering.text(object.label, Double(object.score))
                lettering.write(text, atX: box.left, y: box.top, isCentred: false, colour(index), on: &canvas)
            }
        case .segments(let segments):
            for (index, segment) in segments.enumerated() { canvas.tint(segment.mask, colour(index)) }
            for (index, segment) in segments.enumerated() {
                guard let place = middle(segment.mask) else { continue }
                let text = Lettering.text(segment.label, segment.score)
                lettering.write(text, atX: place.x, y: place.y, isCentred: true, colour(index), on: &canvas)
            }
        case .depth(let depth): return depth.picture
        case .labels, .features, .answers: return nil
        }
        return Image(width: image.width, height: image.height, channels: 3, samples: canvas.samples)
    }

    /// Within what can be reckoned with: a network may say anything.
    private static func held(_ box: DetectedObject.Box) -> DetectedObject.Box {
        func held(_ place: Int) -> Int { max(-1 << 24, min(1 << 24, place)) }
        return .init(left: held(box.left), top: held(box.top), right: held(box.right), bottom: held(box.bottom))
    }

    /// The middle of the mask's longest line, which is inside where the mean of all pixels need not be; of equal ones the
    /// line in their middle. `nil` when nothing is masked.
    private static func middle(_ mask: Image) -> (x: Int, y: Int)? {
        guard mask.channels == 1 else { return nil }
        return mask.withSamples { samples in
            var best: (length: Int, x: Int, rows: [Int]) = (0, 0, [])
            for y in 0..<mask.height {
                var start = 0
                for x in 0...mask.width {
                    if x < mask.width, samples[y * mask.width + x] > 127 { continue }
                    if x - start > best.length {
                        best = (x - start, (start + x) / 2, [y])
                    } else if x - start == best.length, (start + x) / 2 == best.x, best.rows.last != y {
                        best.rows.append(y)
                    }
                    start = x + 1
                }
            }
            guard best.length > 0, !best.rows.isEmpty else { return nil }
            return (best.x, best.rows[best.rows.count / 2])
        }
    }
}
