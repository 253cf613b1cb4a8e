// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How a camera was held: EXIF's tag 274, dug out of the containers that carry it. 1 when there is none.
enum Orientation {
    /// More segments or chunks than this are not looked through.
    private static let maximumParts = 10_000

    /// Walks the segments of a JPEG up to its pixels.
    static func ofJPEG(_ bytes: UnsafeRawBufferPointer) -> Int {
        let reader = ByteReader(bytes: bytes, isBigEndian: true)
        var at = 2
        var fromXMP: Int?
        for _ in 0..<maximumParts {
            guard reader.uint8(at) == 0xFF, let marker = reader.uint8(at + 1) else { break }
            if marker == 0xFF {
                at += 1
                continue
            }
            if marker == 0xDA || marker == 0xD9 { break }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                at += 2
                continue
            }
            guard let length = reader.uint16(at + 2), length >= 2,
                let segment = reader.slice(at + 4, count: Int(length) - 2)
            else { break }
            if marker == 0xE1 {
                let body = ByteReader(bytes: segment)
                if body.matches("Exif\0\0", at: 0) {
                    if let value = inEXIF(UnsafeRawBufferPointer(rebasing: segment[6...])) { return value }
                } else if body.matches("http://ns.adobe.com/xap/1.0/\0", at: 0) {
                    fromXMP = fromXMP ?? inXMP(segment)
                }
            }
            at += 2 + Int(length)
        }
        return fromXMP ?? 1
    }

    /// Walks the chunks of a PNG; `eXIf` may stand before or after the pixels.
    static func ofPNG(_ bytes: UnsafeRawBufferPointer) -> Int {
        let reader = ByteReader(bytes: bytes, isBigEndian: true)
        var at = 8
        var fromXMP: Int?
        for _ in 0..<maximumParts {
            guard let length = reader.uint32(at), let body = reader.slice(at + 8, count: Int(length)) else { break }
            if reader.matches("eXIf", at: at + 4) {
                if let value = inEXIF(body) { return value }
            } else if reader.matches("iTXt", at: at + 4),
                ByteReader(bytes: body).matches("XML:com.adobe.xmp\0\0", at: 0)
            {
                fromXMP = inXMP(body)
            }
            at += 12 + Int(length)
        }
        return fromXMP ?? 1
    }

    /// Walks the chunks of a WebP.
    static func ofWebP(_ bytes: UnsafeRawBufferPointer) -> Int {
        let reader = ByteReader(bytes: bytes)
        var at = 12
        var fromXMP: Int?
        for _ in 0..<maximumParts {
            guard let length = reader.uint32(at + 4), let body = reader.slice(at + 8, count: Int(length)) else { break }
            if reader.matches("EXIF", at: at) {
                // Some writers keep JPEG's prefix.
                let prefixed = ByteReader(bytes: body).matches("Exif\0\0", at: 0)
                let exif = prefixed ? UnsafeRawBufferPointer(rebasing: body[6...]) : body
                if let value = inEXIF(exif) { return value }
            } else if reader.matches("XMP ", at: at) {
                fromXMP = inXMP(body)
            }
            at += 8 + Int(length) + Int(length & 1)
        }
        return fromXMP ?? 1
    }

    /// The tag in the first directory of a TIFF structure.
    static func inEXIF(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var reader = ByteReader(bytes: bytes)
        if reader.matches("MM", at: 0) {
            reader.isBigEndian = true
        } else if !reader.matches("II", at: 0) {
            return nil
        }
        guard reader.uint16(2) == 42, let directory = reader.uint32(4).map(Int.init),
            let count = reader.uint16(directory)
        else { return nil }
        for entry in 0..<Int(count) {
            let at = directory + 2 + entry * 12
            guard let tag = reader.uint16(at) else { return nil }
            guard tag == 274 else { continue }
            // SHORT as a rule, LONG by some writers.
            let value =
                reader.uint16(at + 2) == 4 ? reader.uint32(at + 8).map(Int.init) : reader.uint16(at + 8).map(Int.init)
            return value.flatMap { (1...8).contains($0) ? $0 : nil }
        }
        return nil
    }

    /// `tiff:Orientation="6"`, or the same as an element.
    static func inXMP(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let name: StaticString = "tiff:Orientation"
        let reader = ByteReader(bytes: bytes)
        var at = 0
        while at + name.utf8CodeUnitCount < bytes.count {
            if bytes[at] == UInt8(ascii: "t"), reader.matches(name, at: at) {
                let after = at + name.utf8CodeUnitCount
                let digit =
                    reader.matches("=\"", at: after)
                    ? reader.uint8(after + 2)
                    : reader.matches(">", at: after) ? reader.uint8(after + 1) : nil
                if let digit, (UInt8(ascii: "1")...UInt8(ascii: "8")).contains(digit) {
                    return Int(digit - UInt8(ascii: "0"))
                }
            }
            at += 1
        }
        return nil
    }
}
