// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// XML and HTML: names of tags and attributes, values, comments.
enum MarkupLexer {
    static func html(_ bytes: [UInt8], _ start: CodePainter) -> String {
        var painter = start
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "<!--".utf8) {
                var end = index + 4
                while end < bytes.count, !bytes[end...].starts(with: "-->".utf8) { end += 1 }
                end = min(end + 3, bytes.count)
                painter.paint(.comment, bytes[index..<end])
                index = end
            } else if bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count,
                bytes[index + 1].isASCIILetter || "/?!".utf8.contains(bytes[index + 1])
            {
                index = tag(bytes, from: index, &painter)
            } else {
                let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                painter.plain(bytes[index..<end])
                index = end
            }
        }
        return painter.out.string()
    }

    private static func tag(_ bytes: [UInt8], from start: Int, _ painter: inout CodePainter) -> Int {
        func nameEnd(_ from: Int) -> Int {
            bytes[from...].firstIndex { $0.isHTMLSpace || "=>\"'".utf8.contains($0) } ?? bytes.count
        }
        var index = nameEnd(start + 1)
        painter.plain(bytes[start...start])
        painter.paint(.keyword, bytes[(start + 1)..<index])
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ">") {
                painter.plain(bytes[index...index])
                return index + 1
            }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                let end = bytes[(index + 1)...].firstIndex(of: byte).map { $0 + 1 } ?? bytes.count
                painter.paint(.string, bytes[index..<end])
                index = end
            } else if byte.isASCIILetter {
                let end = nameEnd(index)
                painter.paint(.function, bytes[index..<end])
                index = end
            } else {
                painter.plain(bytes[index...index])
                index += 1
            }
        }
        return index
    }
}
