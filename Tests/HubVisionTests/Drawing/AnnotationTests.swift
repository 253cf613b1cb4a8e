// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubVision
import Testing

@Suite struct AnnotationTests {
    private func black(_ width: Int, _ height: Int) throws -> Image {
        try #require(
            Image(width: width, height: height, channels: 3, samples: Array(repeating: 0, count: width * height * 3))
        )
    }

    private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
        image.withSamples { Array($0[((y * image.width + x) * 3)..<((y * image.width + x) * 3 + 3)]) }
    }

    @Test func `a box is a frame of its colour, cut off at the picture's edge`() throws {
        let box = DetectedObject.Box(left: 4, top: -3, right: 14, bottom: 8)
        let object = DetectedObject(label: "cat", score: 0.9, box: box)
        let drawn = try #require(Annotation.draw(.objects([object]), on: try black(12, 12)))
        let colour = Annotation.colour(0)
        let painted = [colour.red, colour.green, colour.blue]
        #expect(pixel(drawn, 4, 0) == painted && pixel(drawn, 5, 3) == painted && pixel(drawn, 11, 7) == painted)
        #expect(
            pixel(drawn, 6, 3) == [0, 0, 0] && pixel(drawn, 3, 3) == [0, 0, 0] && pixel(drawn, 4, 8) == [0, 0, 0]
        )
    }

    @Test(arguments: [(50, 50, 40, 40), (20, 20, 30, 30), (.min, .min, -5, .max), (.max, .min, .min, .max)])
    func `a box that makes no sense paints nothing outside`(box: (Int, Int, Int, Int)) throws {
        let object = DetectedObject(
            label: nil,
            score: 1,
            box: DetectedObject.Box(left: box.0, top: box.1, right: box.2, bottom: box.3)
        )
        let drawn = try #require(Annotation.draw(.objects([object]), on: try black(10, 10)))
        #expect(drawn.samples.allSatisfy { $0 == 0 })
    }

    private func picture(_ level: UInt8, _ width: Int, _ height: Int) throws -> Image {
        let samples = [UInt8](repeating: level, count: width * height * 3)
        return try #require(Image(width: width, height: height, channels: 3, samples: samples))
    }

    private func boxed(_ label: String?, _ box: (Int, Int, Int, Int), on image: Image) throws -> Image {
        let box = DetectedObject.Box(left: box.0, top: box.1, right: box.2, bottom: box.3)
        return try #require(
            Annotation.draw(.objects([DetectedObject(label: label, score: 0.924, box: box)]), on: image)
        )
    }

    @Test(arguments: [0, 255] as [UInt8])
    func `a label stands on a plate above its box, black on the colour, on dark and light pictures`(level: UInt8) throws
    {
        let drawn = try boxed("I", (20, 40, 150, 90), on: picture(level, 200, 100))
        let colour = Annotation.colour(0)
        let plate = [colour.red, colour.green, colour.blue]
        let ink: [UInt8] = [0, 0, 0]
        // "I 0.92": six letters of nine pixels and a border of one; 15 pixels high and a border.
        for (x, y) in [(20, 23), (75, 23), (20, 39), (75, 39)] { #expect(pixel(drawn, x, y) == plate, "\(x) \(y)") }
        for (x, y) in [(19, 30), (76, 30), (30, 22)] {
            #expect(pixel(drawn, x, y) == [level, level, level], "\(x) \(y)")
        }
        // The stem of the I, as the font draws it.
        let letter = (0..<15).map { y in (0..<9).map { pixel(drawn, 21 + $0, 24 + y) == ink ? "#" : "." }.joined() }
        #expect(letter.filter { $0.hasPrefix("...#.") || $0.hasPrefix("....#") }.count >= 7, "\(letter)")
        #expect(letter.contains { $0.contains("#####") }, "\(letter)")
    }

    @Test(arguments: [(0, 0, 30, 30), (190, 0, 260, 40), (-40, -20, 10, 300), (180, 95, 199, 99)])
    func `a label is moved until all of it is in the picture`(box: (Int, Int, Int, Int)) throws {
        let drawn = try boxed("cat", box, on: picture(0, 200, 100))
        let colour = Annotation.colour(0)
        let plate = [colour.red, colour.green, colour.blue]
        // "cat 0.92" with its border: two whole lines of plate, of 74 pixels.
        let lines = (0..<100).filter { y in
            (0...126).contains { x in (x..<(x + 74)).allSatisfy { pixel(drawn, $0, y) == plate } }
        }
        #expect(lines.count >= 2, "\(lines)")
    }

    @Test func `a long label is cut and its score stays; unknown letters and small pictures do no harm`() throws {
        let long = try boxed(String(repeating: "m", count: 500), (0, 40, 90, 90), on: picture(0, 100, 100))
        let same = try boxed(String(repeating: "m", count: 400), (0, 40, 90, 90), on: picture(0, 100, 100))
        #expect(long.samples == same.samples)
        let foreign = try boxed("猫\u{0}\u{10FFFF}", (0, 40, 90, 90), on: picture(0, 100, 100))
        #expect(foreign.samples != same.samples)
        for size in [1, 2, 3, 8, 16, 17, 20, 40] {
            _ = try boxed("cat", (0, 0, size, size), on: picture(9, size, size))
        }
        #expect(try boxed(nil, (0, 40, 90, 90), on: picture(0, 100, 100)).samples != same.samples)
    }

    @Test func `labels of equal boxes do not cover each other`() throws {
        let box = DetectedObject.Box(left: 10, top: 50, right: 100, bottom: 100)
        let objects = (0..<3).map { DetectedObject(label: "cat \($0)", score: 0.5, box: box) }
        let drawn = try #require(Annotation.draw(.objects(objects), on: picture(0, 200, 150)))
        for index in 0..<3 {
            let colour = Annotation.colour(index)
            let plate = [colour.red, colour.green, colour.blue]
            let count = (0..<150).reduce(0) { sum, y in sum + (0..<200).count { pixel(drawn, $0, y) == plate } }
            #expect(count > 10 * 9 * 15 / 2, "\(index): \(count)")
        }
    }

    @Test func `a segment's label is in the middle of its widest line, in the segment's colour`() throws {
        var samples = [UInt8](repeating: 0, count: 200 * 100)
        for y in 40..<80 { for x in 60..<180 { samples[y * 200 + x] = 255 } }
        let mask = try #require(Image(width: 200, height: 100, channels: 1, samples: samples))
        let segments = [Segment(label: "sky", score: nil, mask: mask)]
        let drawn = try #require(Annotation.draw(.segments(segments), on: picture(0, 200, 100)))
        let colour = Annotation.colour(0)
        // Three letters and a border: 29 × 17 around (120, 60).
        for (x, y) in [(106, 52), (134, 68)] {
            #expect(pixel(drawn, x, y) == [colour.red, colour.green, colour.blue], "\(x) \(y)")
        }
        #expect(pixel(drawn, 105, 52) != pixel(drawn, 106, 52))
    }

    @Test func `a mask is half its colour over the picture`() throws {
        let mask = try #require(Image(width: 2, height: 1, channels: 1, samples: [255, 0]))
        let drawn = try #require(
            Annotation.draw(.segments([Segment(label: "sky", score: nil, mask: mask)]), on: try black(2, 1))
        )
        let colour = Annotation.colour(0)
        #expect(pixel(drawn, 0, 0) == [colour.red, colour.green, colour.blue].map { UInt8(Int($0) * 127 / 255) })
        #expect(pixel(drawn, 1, 0) == [0, 0, 0])
    }

    @Test func `labels have no place in a picture, and neighbours have other colours`() throws {
        #expect(Annotation.draw(.labels([]), on: try black(2, 2)) == nil)
        let colours = (0..<12).map { index in
            let colour = Annotation.colour(index)
            return [colour.red, colour.green, colour.blue]
        }
        #expect(Set(colours).count == 12)
    }
}
