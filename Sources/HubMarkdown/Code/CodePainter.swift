// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Writes code in spans.
struct CodePainter {
    enum Kind: String {
        case keyword = "k"
        case string = "s"
        case comment = "c"
        case number = "n"
        case function = "f"
        case inserted = "i"
        case deleted = "d"
    }

    var out = HTMLOutput(limit: .max)

    mutating func plain(_ bytes: ArraySlice<UInt8>) { out.escaped(bytes) }

    mutating func paint(_ kind: Kind, _ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        out.raw("<span class=\"hl-\(kind.rawValue)\">")
        out.escaped(bytes)
        out.raw("</span>")
    }
}
