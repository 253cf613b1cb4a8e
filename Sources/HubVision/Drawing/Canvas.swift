// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// RGB samples that are painted on; what lies outside is cut off.
struct Canvas {
    typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    /// A part of the picture, in pixels.
    struct Area {
        let columns: Range<Int>
        let rows: Range<Int>

        func overlaps(_ other: Area) -> Bool { columns.overlaps(other.columns) && rows.overlaps(other.rows) }
    }

    let width: Int
    let height: Int
    private(set) var samples: [UInt8]

    init(_ image: Image) {
        width = image.width
        height = image.height
        samples = image.samples
    }

    /// A line of a two-hundredth of the picture, two pixels at least, inside the box.
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

    mutating func fill(_ area: Area, _ colour: Colour) {
        for y in area.rows.clamped(to: 0..<height) {
            for x in area.columns.clamped(to: 0..<width) { put(x, y, colour, opacity: 255) }
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
