// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// HTML in the making: pieces, some of which are filled in later, up to a limit.
struct HTMLOutput {
    /// In bytes; what is being written when it is reached is still written.
    let limit: Int

    private(set) var count = 0
    private var pieces: [[UInt8]] = []
    private var current: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { count > limit }

    mutating func raw(_ text: String) {
        current.append(contentsOf: text.utf8)
        count += text.utf8.count
    }

    mutating func raw(_ bytes: ArraySlice<UInt8>) {
        current.append(contentsOf: bytes)
        count += bytes.count
    }

    /// Text, or the value of an attribute in double quotes.
    mutating func escaped(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes { escaped(byte) }
    }

    mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): raw("&amp;")
        case UInt8(ascii: "<"): raw("&lt;")
        case UInt8(ascii: ">"): raw("&gt;")
        case UInt8(ascii: "\""): raw("&quot;")
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x80...0xFF:
            current.append(byte)
            count += 1
        default: break
        }
    }

    mutating func attribute(_ name: String, _ value: some Collection<UInt8>) {
        raw(" \(name)=\"")
        for byte in value { escaped(byte) }
        raw("\"")
    }

    /// A place here for something that is known later.
    mutating func reserve() -> Int {
        pieces.append(current)
        pieces.append([])
        current = []
        return pieces.count - 1
    }

    mutating func fill(_ place: Int, with piece: HTMLOutput) {
        guard pieces.indices.contains(place) else { return }
        pieces[place] = piece.bytes
        count += piece.count
    }

    private var bytes: [UInt8] {
        if pieces.isEmpty { return current }
        var all: [UInt8] = []
        all.reserveCapacity(count)
        for piece in pieces { all.append(contentsOf: piece) }
        all.append(contentsOf: current)
        return all
    }

    func string() -> String { String(decoding: bytes, as: UTF8.self) }
}
