// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

@Suite struct ImageDecoderTests {
    /// `Fixtures/generate/make_image_formats.py` made these.
    static let files = [
        "alpha.webp", "alpha_lossless.webp", "animated.gif", "animated.webp", "bilevel.bmp", "bilevel.png",
        "bilevel.tif", "cmyk.jpg", "cmyk.tif", "deflate.tif", "grey.bmp", "grey.jpg", "grey.png", "grey.tif",
        "grey16.png", "grey16.tif", "grey2.png", "grey4.png", "grey_alpha.png", "grey_alpha16.png", "group4.tif",
        "interlaced.gif", "interlaced.png", "jpeg.tif", "lossless.webp", "lossy.webp", "lzw.tif", "offset.gif",
        "palette.bmp", "palette.png", "palette.tif", "palette2.png", "palette_transparent.png", "plain.gif",
        "progressive.jpg", "rgb.bmp", "rgb.jpg", "rgb.png", "rgb.tif", "rgb16.png", "rgb444.jpg", "rgb555.bmp",
        "rgb565.bmp", "rgba.bmp", "rgba.png", "rgba.tif", "rle8.bmp", "topdown.bmp", "transparent.gif",
        "transparent_colour.png", "turned.png", "turned.tif", "turned.webp", "turned2.jpg", "turned3.jpg",
        "turned4.jpg", "turned5.jpg", "turned6.jpg", "turned7.jpg", "turned8.jpg", "turned_xmp.jpg",
    ]

    @Test(arguments: files)
    func `a picture decodes to the reference's pixels`(_ file: String) throws {
        let image = try ImageDecoder().decode(Fixture.bytes("_formats/\(file)"))
        let expected = try ImageDecoder().decode(Fixture.bytes("_formats/expected/\(file).png"))
        #expect(image.width == expected.width)
        #expect(image.height == expected.height)
        #expect(image.channels == 3)
        let differences = zip(image.samples, expected.samples).map { abs(Int($0) - Int($1)) }
        #expect(differences.max() == 0, "\(differences.count { $0 > 0 }) of \(differences.count) samples differ")
    }

    @Test(arguments: [1, 3, 4])
    func `an encoded PNG decodes to the same pixels`(channels: Int) throws {
        let samples = (0..<(7 * 5 * channels)).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let image = try #require(Image(width: 7, height: 5, channels: channels, samples: samples))
        let decoded = try ImageDecoder().decode(image.pngEncoded())
        var expected: [UInt8] = []
        for pixel in 0..<35 {
            for channel in 0..<3 { expected.append(samples[pixel * channels + (channels == 1 ? 0 : channel)]) }
        }
        #expect(decoded.samples == expected)
    }

    @Test(arguments: ["rgb.jpg", "rgb.png", "lossy.webp", "animated.webp", "plain.gif", "rgb.bmp", "lzw.tif"])
    func `a picture of more pixels than allowed is refused`(_ file: String) throws {
        let error = #expect(throws: HubError.self) {
            try ImageDecoder(maximumPixels: 61 * 41 - 1).decode(Fixture.bytes("_formats/\(file)"))
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("61 x 41 pixels") == true)
        #expect(throws: Never.self) {
            try ImageDecoder(maximumPixels: 61 * 41).decode(Fixture.bytes("_formats/\(file)"))
        }
    }

    @Test func `a small file that announces a huge picture is refused before memory is asked for`() throws {
        var png = try Fixture.bytes("_formats/grey4.png")
        png.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
        // The checksum of the changed header is wrong now, which is as good a reason.
        #expect(throws: HubError.self) { try ImageDecoder().decode(png) }
        var gif = try Fixture.bytes("_formats/plain.gif")
        gif.replaceSubrange(6..<10, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: HubError.self) { try ImageDecoder().decode(gif) }
        var bmp = try Fixture.bytes("_formats/rgb.bmp")
        bmp.replaceSubrange(18..<26, with: [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F])
        let error = #expect(throws: HubError.self) { try ImageDecoder().decode(bmp) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `input that is no picture is told what would be one`() throws {
        let error = #expect(throws: HubError.self) { try ImageDecoder().decode(Array("<html>".utf8)) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("JPEG, PNG, WebP, GIF, BMP, TIFF") == true)
        let empty = #expect(throws: HubError.self) { try ImageDecoder().decode([UInt8]()) }
        #expect(empty?.code == .unprocessable)
        let large = #expect(throws: HubError.self) { try ImageDecoder(maximumBytes: 5).decode(Array("123456".utf8)) }
        #expect(large?.code == .tooLarge)
    }

    @Test(arguments: files)
    func `a truncated picture is an error, or the picture if only its tail is gone`(_ file: String) throws {
        let bytes = try Fixture.bytes("_formats/\(file)")
        for kept in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
            Self.decodeOrThrow(Array(bytes.prefix(kept)))
        }
        let error = #expect(throws: HubError.self) { try ImageDecoder().decode(bytes.prefix(bytes.count / 3)) }
        #expect(error?.code == .unprocessable)
    }

    @Test(arguments: files)
    func `damaged pictures never do more than throw`(_ file: String) throws {
        let bytes = try Fixture.bytes("_formats/\(file)")
        var random = SplitMix(state: UInt64(bytes.count))
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<(1 + random.next() % 6) {
                // Half of the damage goes where the headers are.
                let range = random.next() % 2 == 0 ? min(64, damaged.count) : damaged.count
                damaged[Int(random.next() % UInt64(range))] = UInt8(truncatingIfNeeded: random.next())
            }
            Self.decodeOrThrow(damaged)
        }
    }

    /// Anything but a picture or a `HubError` is a failure; a crash ends the run.
    private static func decodeOrThrow(_ bytes: [UInt8]) {
        do {
            let image = try ImageDecoder(maximumPixels: 1 << 20).decode(bytes)
            #expect(image.sampleCount == image.width * image.height * 3)
        } catch {
            #expect(error is HubError)
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
