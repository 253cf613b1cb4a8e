// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The formulas of one block of lines. What is looked for and not found is not looked for again, so time is linear.
struct MathBlock {
    private(set) var out: [UInt8] = []
    private(set) var formulas: [MathSpans.Formula?] = []

    private let bytes: ArraySlice<UInt8>
    /// The number of the first formula.
    private let first: Int
    private let isQuoted: Bool
    private var index: Int
    /// Where the last run of backticks of each length begins.
    private var lastTicks: [Int: Int] = [:]
    /// Ends that do not come any more.
    private var missing: Set<[UInt8]> = []

    init(_ bytes: ArraySlice<UInt8>, first: Int) {
        self.bytes = bytes
        self.first = first
        index = bytes.startIndex
        isQuoted = bytes.first { !$0.isHTMLSpace } == UInt8(ascii: ">")
        guard bytes.contains(UInt8(ascii: "`")) else { return }
        var here = bytes.startIndex
        while here < bytes.endIndex {
            let length = ticks(at: here)
            if length > 0 { lastTicks[length] = here }
            here += max(1, length)
        }
    }

    mutating func run() {
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "`"): code()
            case UInt8(ascii: "\\"): backslash()
            case UInt8(ascii: "$"): dollar()
            default: copy(1)
            }
        }
    }

    private mutating func copy(_ count: Int) {
        let end = min(index + count, bytes.endIndex)
        out.append(contentsOf: bytes[index..<end])
        index = end
    }

    private func ticks(at start: Int) -> Int { bytes[start...].prefix { $0 == UInt8(ascii: "`") }.count }

    private mutating func code() {
        let length = ticks(at: index)
        copy(length)
        guard let last = lastTicks[length], last >= index else { return }
        while index < bytes.endIndex {
            let here = ticks(at: index)
            copy(max(1, here))
            if here == length { return }
        }
    }

    private mutating func backslash() {
        let rest = bytes[index...]
        if rest.starts(with: #"\\("#.utf8) {
            delimited(#"\\("#, #"\\)"#, isBlock: false)
        } else if rest.starts(with: #"\\["#.utf8) {
            delimited(#"\\["#, #"\\]"#, isBlock: true)
        } else {
            copy(2)
        }
    }

    private mutating func dollar() {
        if bytes[index...].starts(with: "$$".utf8) { return delimited("$$", "$$", isBlock: true) }
        guard isOpening, let end = closing() else { return copy(1) }
        formula(index..<(end + 1), tex: (index + 1)..<end, isBlock: false)
    }

    /// "$" opens a formula before anything but a space, and not within a word, an address or a price such as "US$5".
    private var isOpening: Bool {
        guard index + 1 < bytes.endIndex, !bytes[index + 1].isHTMLSpace else { return false }
        guard index > bytes.startIndex else { return true }
        let before = bytes[index - 1]
        return !before.isASCIILetter && !before.isASCIIDigit && !"$/\\`".utf8.contains(before)
    }

    /// The next "$", if it can close: behind anything but a space, and with no digit behind it.
    private func closing() -> Int? {
        var here = index + 1
        while here < bytes.endIndex, bytes[here] != UInt8(ascii: "$") {
            here += bytes[here] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard here < bytes.endIndex, here > index + 1, !bytes[here - 1].isHTMLSpace,
            here + 1 == bytes.endIndex || !bytes[here + 1].isASCIIDigit
        else { return nil }
        return here
    }

    private mutating func delimited(_ open: String, _ close: String, isBlock: Bool) {
        let close = Array(close.utf8)
        let begin = index + open.utf8.count
        guard !missing.contains(close) else { return copy(begin - index) }
        var here = begin
        while here < bytes.endIndex, !bytes[here...].starts(with: close) { here += 1 }
        guard here < bytes.endIndex else {
            missing.insert(close)
            return copy(begin - index)
        }
        guard bytes[begin..<here].contains(where: { !$0.isHTMLSpace }) else { return copy(here + close.count - index) }
        formula(index..<(here + close.count), tex: begin..<here, isBlock: isBlock)
    }

    private mutating func formula(_ range: Range<Int>, tex: Range<Int>, isBlock: Bool) {
        formulas.append(MathSpans.Formula(source: Array(bytes[range]), tex: unquoted(bytes[tex]), isBlock: isBlock))
        out.append(contentsOf: MathSpans.opening)
        out.append(contentsOf: String(first + formulas.count - 1).utf8)
        out.append(contentsOf: MathSpans.closing)
        index = range.upperBound
    }

    /// Without the marks that continue a quotation.
    private func unquoted(_ tex: ArraySlice<UInt8>) -> [UInt8] {
        guard isQuoted else { return Array(tex) }
        let lines = tex.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(
            lines.enumerated().map { $0 == 0 ? $1 : $1.drop { " >".utf8.contains($0) } }.joined(separator: "\n".utf8)
        )
    }
}
