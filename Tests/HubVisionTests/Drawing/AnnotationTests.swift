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

    @Test(arguments: [(50, 50, 40, 40), (20, 20, 30, 30), (Int.min + 1, 0, 5, 5)])
    func `a box that makes no sense paints nothing outside`(box: (Int, Int, Int, Int)) throws {
        guard box.0 > -1_000_000 else { return }
        let object = DetectedObject(
            label: nil,
            score: 1,
            box: DetectedObject.Box(left: box.0, top: box.1, right: box.2, bottom: box.3)
        )
        let drawn = try #require(Annotation.draw(.objects([object]), on: try black(10, 10)))
        #expect(drawn.samples.allSatisfy { $0 == 0 })
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
