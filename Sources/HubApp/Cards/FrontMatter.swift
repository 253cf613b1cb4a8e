// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A README cut into its YAML front matter and the text below it.
///
/// The front matter stands at the very top, between a line `---` and the next line `---`. Where that second fence is
/// missing a YAML document end (`...`) closes it as well; with neither there is no front matter.
public struct FrontMatter: Sendable, Hashable {
    /// Longer front matter is not looked at, in bytes.
    public static let maximumSize = 1 << 20

    public enum Problem: Sendable, Hashable {
        /// The opening fence has no closing one.
        case unclosed
        /// Longer than `maximumSize`.
        case tooLarge
    }

    /// The YAML between the fences, or `nil` when there are none.
    public let yaml: String?
    /// Everything below, without the line break after the fence. The whole text when there is no front matter.
    public let body: String
    /// The line of the README on which the YAML begins, counted from 1.
    public let firstLine: Int
    public let problem: Problem?

    /// Cuts `readme`; bytes that are no UTF-8 become replacement characters.
    public init(readme: some Collection<UInt8>) {
        var text = ArraySlice(Array(readme))
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        var lines = LineCursor(text)
        var line = lines.next()
        while let blank = line, blank.content.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { line = lines.next() }
        guard let opening = line, opening.content.elementsEqual("---".utf8), opening.end < text.endIndex else {
            self.init(yaml: nil, body: text, firstLine: 1, problem: nil)
            return
        }
        let firstLine = lines.count + 1
        var documentEnd: LineCursor.Line?
        while let line = lines.next() {
            if line.content.elementsEqual("---".utf8) {
                self.init(text, opening: opening, closing: line, firstLine: firstLine)
                return
            }
            if documentEnd == nil, line.content.elementsEqual("...".utf8) { documentEnd = line }
        }
        if let documentEnd {
            self.init(text, opening: opening, closing: documentEnd, firstLine: firstLine)
        } else {
            self.init(yaml: nil, body: text, firstLine: firstLine, problem: .unclosed)
        }
    }

    private init(_ text: ArraySlice<UInt8>, opening: LineCursor.Line, closing: LineCursor.Line, firstLine: Int) {
        let yaml = text[opening.end..<closing.content.startIndex]
        let isTooLarge = yaml.count > Self.maximumSize
        self.init(
            yaml: isTooLarge ? nil : yaml,
            body: text[closing.end...],
            firstLine: firstLine,
            problem: isTooLarge ? .tooLarge : nil
        )
    }

    private init(yaml: ArraySlice<UInt8>?, body: ArraySlice<UInt8>, firstLine: Int, problem: Problem?) {
        self.yaml = yaml.map { String(decoding: $0, as: UTF8.self) }
        self.body = String(decoding: body, as: UTF8.self)
        self.firstLine = firstLine
        self.problem = problem
    }
}

/// Lines ended by LF, CRLF or CR.
private struct LineCursor {
    struct Line {
        let content: ArraySlice<UInt8>
        /// The index after the line break.
        let end: Int
    }

    private let text: ArraySlice<UInt8>
    private var at: Int
    /// Lines given out.
    private(set) var count = 0

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        at = text.startIndex
    }

    mutating func next() -> Line? {
        guard at < text.endIndex else { return nil }
        let rest = text[at...]
        let contentEnd = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.endIndex
        var end = contentEnd
        if end < text.endIndex {
            let isCRLF = text[end] == 0x0D && text[end...].dropFirst().first == 0x0A
            end += isCRLF ? 2 : 1
        }
        at = end
        count += 1
        return Line(content: rest[..<contentEnd], end: end)
    }
}
