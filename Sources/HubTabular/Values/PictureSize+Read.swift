// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension PictureSize {
    /// Bytes from a picture's beginning that its size is looked for in.
    public static let wantedBytes = 256 << 10

    /// The size that a picture's head says, as it is stored: not turned as EXIF may ask. `nil` for other bytes.
    public init?(head bytes: ArraySlice<UInt8>) {
        let head = PictureHead(bytes)
        guard let size = head.png ?? head.gif ?? head.bmp ?? head.webp ?? head.jpeg ?? head.tiff, size.width > 0,
            size.height > 0
        else { return nil }
        self = size
    }
}

/// The first bytes of a file, read without ever reading past their end.
private struct PictureHead {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    private func byte(_ at: Int) -> Int? {
        guard at >= 0, at < bytes.count else { return nil }
        return Int(bytes[bytes.startIndex + at])
    }

    private func number(_ at: Int, _ count: Int, bigEndian: Bool) -> Int? {
        var value = 0
        for index in 0..<count {
            guard let byte = byte(at + (bigEndian ? index : count - 1 - index)) else { return nil }
            value = value << 8 | byte
        }
        return value
    }

    private func begins(_ text: String, at: Int = 0) -> Bool {
        bytes.dropFirst(at).starts(with: Array(text.utf8))
    }

    private func size(_ width: Int?, _ height: Int?) -> PictureSize? {
        guard let width, let height else { return nil }
        return PictureSize(width: width, height: height)
    }

    var png: PictureSize? {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), begins("IHDR", at: 12) else { return nil }
        return size(number(16, 4, bigEndian: true), number(20, 4, bigEndian: true))
    }

    var gif: PictureSize? {
        guard begins("GIF8") else { return nil }
        return size(number(6, 2, bigEndian: false), number(8, 2, bigEndian: false))
    }

    var bmp: PictureSize? {
        guard begins("BM"), let width = number(18, 4, bigEndian: false), let height = number(22, 4, bigEndian: false)
        else { return nil }
        // A height below zero means rows from the top.
        return size(width, Int(Int32(truncatingIfNeeded: height).magnitude))
    }

    var webp: PictureSize? {
        guard begins("RIFF"), begins("WEBP", at: 8) else { return nil }
        if begins("VP8 ", at: 12) {
            return size(
                number(26, 2, bigEndian: false).map { $0 & 0x3FFF },
                number(28, 2, bigEndian: false).map { $0 & 0x3FFF }
            )
        }
        if begins("VP8L", at: 12), let bits = number(21, 4, bigEndian: false) {
            return size(bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        }
        guard begins("VP8X", at: 12), let width = number(24, 3, bigEndian: false),
            let height = number(27, 3, bigEndian: false)
        else { return nil }
        return size(width + 1, height + 1)
    }

    var jpeg: PictureSize? {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        var place = 2
        while byte(place) == 0xFF, let marker = byte(place + 1) {
            switch marker {
            case 0xFF: place += 1
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return size(number(place + 7, 2, bigEndian: true), number(place + 5, 2, bigEndian: true))
            case 0x01, 0xD0...0xD8: place += 2
            default:
                guard let length = number(place + 2, 2, bigEndian: true), length >= 2 else { return nil }
                place += 2 + length
            }
        }
        return nil
    }

    /// The first directory, where it lies within the head.
    var tiff: PictureSize? {
        let isBig = begins("MM")
        guard isBig || begins("II"), number(2, 2, bigEndian: isBig) == 42,
            let directory = number(4, 4, bigEndian: isBig), let count = number(directory, 2, bigEndian: isBig)
        else { return nil }
        var width: Int?
        var height: Int?
        for entry in 0..<count {
            let place = directory + 2 + entry * 12
            guard let tag = number(place, 2, bigEndian: isBig), let type = number(place + 2, 2, bigEndian: isBig) else {
                break
            }
            let value = number(place + 8, type == 3 ? 2 : 4, bigEndian: isBig)
            if tag == 256 { width = value }
            if tag == 257 { height = value }
        }
        return size(width, height)
    }
}
