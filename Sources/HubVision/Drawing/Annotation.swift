// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Draws an answer over the picture it is about: frames around things, colours over segments, depth as grey.
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
        switch answer {
        case .objects(let objects):
            return paint(image) { canvas in
                for (index, object) in objects.enumerated() { canvas.frame(object.box, colour(index)) }
            }
        case .segments(let segments):
            return paint(image) { canvas in
                for (index, segment) in segments.enumerated() { canvas.tint(segment.mask, colour(index)) }
            }
        case .depth(let depth): return depth.picture
        case .labels, .features, .answers: return nil
        }
    }

    private static func paint(_ image: Image, _ body: (inout Canvas) -> Void) -> Image? {
        var canvas = Canvas(width: image.width, height: image.height, samples: image.samples)
        body(&canvas)
        return Image(width: image.width, height: image.height, channels: 3, samples: canvas.samples)
    }
}

/// RGB samples that are painted on.
private struct Canvas {
    typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    let width: Int
    let height: Int
    var samples: [UInt8]

    /// A line of a two-hundredth of the picture, two pixels at least, inside the box; what lies outside is cut off.
    mutating func frame(_ box: DetectedObject.Box, _ colour: Colour) {
        let line = max(2, min(width, height) / 200)
        let rows = max(0, box.top)..<max(max(0, box.top), min(height, box.bottom))
        let columns = max(0, box.left)..<max(max(0, box.left), min(width, box.right))
        for y in rows {
            let isEdge = y - box.top < line || box.bottom - 1 - y < line
            for x in columns where isEdge || x - box.left < line || box.right - 1 - x < line {
                put(x, y, colour, opacity: 255)
            }
        }
    }

    /// Half the colour where the mask is white.
    mutating func tint(_ mask: Image, _ colour: Colour) {
        guard mask.width == width, mask.height == height, mask.channels == 1 else { return }
        mask.withSamples { values in
            for y in 0..<height {
                for x in 0..<width { put(x, y, colour, opacity: Int(values[y * width + x]) / 2) }
            }
        }
    }

    private mutating func put(_ x: Int, _ y: Int, _ colour: Colour, opacity: Int) {
        let at = (y * width + x) * 3
        for (offset, value) in [colour.red, colour.green, colour.blue].enumerated() {
            let old = Int(samples[at + offset])
            samples[at + offset] = UInt8((old * (255 - opacity) + Int(value) * opacity) / 255)
        }
    }
}
