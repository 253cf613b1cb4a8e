// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What the parser would take quadratic time for without looking at its clock.
enum HostileShape {
    /// The end of a bare address is found by counting all its brackets again for each bracket at its end.
    static let maximumBrackets = 500

    /// Blocks in blocks that one line opens. Each line after it may walk through all of them.
    static let maximumNesting = 200

    static func isIn(_ bytes: [UInt8]) -> Bool {
        var brackets = 0
        var markers = 0
        var inMarkers = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                // What held nothing but its markers may be a thematic break; a long line of dashes is one.
                brackets = 0
                markers = 0
                inMarkers = true
            case 0x00...0x20: brackets = 0
            case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."):
                if inMarkers { markers += 1 }
                if byte == UInt8(ascii: ">"), markers > maximumNesting, inMarkers { return true }
            case UInt8(ascii: ")"):
                if inMarkers { markers += 1 }
                brackets += 1
                if brackets > maximumBrackets { return true }
            default:
                if byte == UInt8(ascii: "<") { brackets = 0 }
                guard inMarkers, !byte.isASCIIDigit else { continue }
                if markers > maximumNesting { return true }
                inMarkers = false
            }
        }
        return false
    }
}
