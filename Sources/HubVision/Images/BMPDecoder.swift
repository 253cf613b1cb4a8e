// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Windows bitmaps: 1, 4 and 8 bits with a palette (also run-length encoded), 16 and 32 bits with masks, 24 bits.
struct BMPDecoder {
    private let reader: ByteReader
    private let width: Int
    private let height: Int
    private let isTopDown: Bool
    private let bits: Int
    private let compression: UInt32
    /// Bytes from the start of the file to the pixels.
    private let pixelOffset: Int
    private var palette: [(UInt8, UInt8, UInt8)] = []
    private var masks: [UInt32] = []

    static func decode(_ bytes: UnsafeRawBufferPointer, maximumPixels: Int) throws -> Image {
        let decoder = try BMPDecoder(bytes)
        guard decoder.width <= maximumPixels / decoder.height else {
            throw HubError(
                .tooLarge,
                "The image cannot be decoded: the picture has \(decoder.width) x \(decoder.height) pixels; "
                    + "at most \(maximumPixels) pixels are read"
            )
        }
        let image = try Image(width: decoder.width, height: decoder.height, channels: 3) { target in
            switch decoder.compression {
            case 1, 2: try decoder.readRuns(into: target)
            default: try decoder.readRows(into: target)
            }
        }
        guard let image else { throw damaged("impossible size") }
        return image
    }

    private static func damaged(_ what: String) -> HubError {
        HubError(.unprocessable, "The image cannot be decoded: the BMP is damaged: \(what)")
    }

    private static func unsupported(_ what: String) -> HubError {
        HubError(.unsupported, "The image cannot be decoded: \(what) are not supported")
    }

    private init(_ bytes: UnsafeRawBufferPointer) throws {
        reader = ByteReader(bytes: bytes)
        guard let offset = reader.uint32(10), let headerSize = reader.uint32(14).map(Int.init) else {
            throw Self.damaged("the header is truncated")
        }
        pixelOffset = Int(offset)
        let isCore = headerSize == 12
        guard isCore || (40...1024).contains(headerSize) else { throw Self.unsupported("BMPs with this header") }
        let rawWidth = isCore ? reader.uint16(18).map(Int.init) : reader.int32(18).map(Int.init)
        let rawHeight = isCore ? reader.uint16(20).map(Int.init) : reader.int32(22).map(Int.init)
        guard let rawWidth, let rawHeight, let depth = reader.uint16(isCore ? 24 : 28),
            let method = isCore ? 0 : reader.uint32(30)
        else { throw Self.damaged("the header is truncated") }
        guard rawWidth > 0, rawHeight != 0 else { throw Self.damaged("it has no pixels") }
        width = rawWidth
        height = abs(rawHeight)
        isTopDown = rawHeight < 0
        bits = Int(depth)
        compression = method
        guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw Self.unsupported("BMPs of \(bits) bits a pixel") }
        switch (compression, bits) {
        case (0, _), (1, 8), (2, 4), (3, 16), (3, 32), (6, 32): break
        default: throw Self.unsupported("BMPs compressed by method \(compression) at \(bits) bits")
        }
        if bits <= 8 { try readPalette(headerSize: headerSize) }
        try readMasks(headerSize: headerSize)
    }

    private mutating func readPalette(headerSize: Int) throws {
        let entrySize = headerSize == 12 ? 3 : 4
        let declared = headerSize == 12 ? 0 : Int(reader.uint32(46) ?? 0)
        let count = declared == 0 ? 1 << bits : min(declared, 256)
        let start = 14 + headerSize
        guard let table = reader.slice(start, count: count * entrySize) else {
            throw Self.damaged("the palette is truncated")
        }
        palette = (0..<count).map { (table[$0 * entrySize + 2], table[$0 * entrySize + 1], table[$0 * entrySize]) }
    }

    private mutating func readMasks(headerSize: Int) throws {
        switch (bits, compression) {
        case (16, 0): masks = [0x7C00, 0x03E0, 0x001F]
        case (32, 0): masks = [0xFF0000, 0xFF00, 0xFF]
        case (16, _), (32, _):
            // Behind a header of 40 bytes, or in a longer one: the same place.
            guard let red = reader.uint32(54), let green = reader.uint32(58), let blue = reader.uint32(62) else {
                throw Self.damaged("the masks are truncated")
            }
            masks = [red, green, blue]
        default: break
        }
    }

    private func row(_ index: Int) -> Int { isTopDown ? index : height - 1 - index }

    private func readRows(into target: UnsafeMutableBufferPointer<UInt8>) throws {
        let (rowBits, overflowed) = width.multipliedReportingOverflow(by: bits)
        guard !overflowed else { throw Self.damaged("impossible size") }
        let stride = (rowBits + 31) / 32 * 4
        let channels = try masks.map { mask in
            guard mask != 0 else { throw Self.damaged("an empty mask") }
            return (shift: mask.trailingZeroBitCount, maximum: mask >> UInt32(mask.trailingZeroBitCount))
        }
        for index in 0..<height {
            guard let source = reader.slice(pixelOffset + index * stride, count: (rowBits + 7) / 8) else {
                throw Self.damaged("the pixels are truncated")
            }
            var at = row(index) * width * 3
            for x in 0..<width {
                let color: (UInt8, UInt8, UInt8)
                switch bits {
                case 24: color = (source[3 * x + 2], source[3 * x + 1], source[3 * x])
                case 16, 32:
                    let value =
                        bits == 16
                        ? UInt32(UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * x, as: UInt16.self)))
                        : UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 4 * x, as: UInt32.self))
                    let parts = channels.map {
                        UInt8(UInt64(value >> UInt32($0.shift) & $0.maximum) * 255 / UInt64($0.maximum))
                    }
                    color = (parts[0], parts[1], parts[2])
                default:
                    let perByte = 8 / bits
                    let shift = 8 - bits * (x % perByte + 1)
                    color = entry(Int(source[x / perByte] >> shift) & (1 << bits - 1))
                }
                (target[at], target[at + 1], target[at + 2]) = color
                at += 3
            }
        }
    }

    private func entry(_ index: Int) -> (UInt8, UInt8, UInt8) { index < palette.count ? palette[index] : (0, 0, 0) }

    /// Run-length encoding: pairs of (count, index), or after a zero an escape.
    private func readRuns(into target: UnsafeMutableBufferPointer<UInt8>) throws {
        var pixels = [UInt8](repeating: 0, count: width * height)
        var (x, y, at) = (0, 0, pixelOffset)
        func put(_ value: UInt8) {
            if x < width, y < height { pixels[y * width + x] = value }
            x += 1
        }
        while y < height {
            guard let count = reader.uint8(at), let value = reader.uint8(at + 1) else {
                throw Self.damaged("the pixels are truncated")
            }
            at += 2
            if count > 0 {
                for i in 0..<Int(count) { put(bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15) }
                continue
            }
            switch value {
            case 0: (x, y) = (0, y + 1)
            case 1: y = height
            case 2:
                guard let right = reader.uint8(at), let down = reader.uint8(at + 1) else {
                    throw Self.damaged("the pixels are truncated")
                }
                (x, y, at) = (x + Int(right), y + Int(down), at + 2)
            default:
                let bytes = bits == 8 ? Int(value) : (Int(value) + 1) / 2
                guard let run = reader.slice(at, count: bytes) else { throw Self.damaged("the pixels are truncated") }
                for i in 0..<Int(value) { put(bits == 8 ? run[i] : i % 2 == 0 ? run[i / 2] >> 4 : run[i / 2] & 15) }
                at += bytes + bytes % 2
            }
        }
        for index in 0..<height {
            var at = row(index) * width * 3
            for x in 0..<width {
                (target[at], target[at + 1], target[at + 2]) = entry(Int(pixels[index * width + x]))
                at += 3
            }
        }
    }
}
