// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Finds `$$…$$`, `$…$`, `\\(…\\)` and `\\[…\\]` outside of code, each within one block of lines.
struct MathScanner {
    private(set) var out: [UInt8] = []
    private(set) var formulas: [MathSpans.Formula?] = []

    private let bytes: [UInt8]
    /// The character and length of the fence that is open.
    private var fence: (UInt8, Int)?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() {
        guard bytes.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "\\") }) else {
            out = bytes
            return
        }
        out.reserveCapacity(bytes.count)
        var start = 0
        var block = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            let line = bytes[start..<end]
            if endsBlock(line) {
                self.block(block..<start)
                out.append(contentsOf: line)
                block = end
            }
            start = end
        }
        self.block(block..<bytes.count)
    }

    /// Whether the line is empty or belongs to fenced code; its marks as a quotation or list do not count.
    private mutating func endsBlock(_ line: ArraySlice<UInt8>) -> Bool {
        let content = line.drop { " \t>-*+".utf8.contains($0) }
        guard let first = content.first, first != UInt8(ascii: "\n"), first != UInt8(ascii: "\r") else {
            return fence != nil || line.allSatisfy { $0.isHTMLSpace || $0 == UInt8(ascii: ">") }
        }
        let length = content.prefix { $0 == first }.count
        if let (character, least) = fence {
            if first == character, length >= least, content.dropFirst(length).allSatisfy(\.isHTMLSpace) { fence = nil }
            return true
        }
        guard first == UInt8(ascii: "`") || first == UInt8(ascii: "~"), length >= 3,
            first == UInt8(ascii: "~") || !content.dropFirst(length).contains(first)
        else { return false }
        fence = (first, length)
        return true
    }

    private mutating func block(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        var block = MathBlock(bytes[range], first: formulas.count)
        block.run()
        out.append(contentsOf: block.out)
        formulas.append(contentsOf: block.formulas)
    }
}
