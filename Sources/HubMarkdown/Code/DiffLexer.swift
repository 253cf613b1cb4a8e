// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Diffs, line by line.
enum DiffLexer {
    static func html(_ bytes: [UInt8], _ start: CodePainter) -> String {
        var painter = start
        var index = 0
        while index < bytes.count {
            let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[index..<end]
            if let kind = kind(of: line) { painter.paint(kind, line) } else { painter.plain(line) }
            let next = min(end + 1, bytes.count)
            painter.plain(bytes[end..<next])
            index = next
        }
        return painter.out.string()
    }

    private static func kind(of line: ArraySlice<UInt8>) -> CodePainter.Kind? {
        for prefix in ["+++ ", "--- ", "diff ", "index "] where line.starts(with: prefix.utf8) { return .comment }
        switch line.first {
        case UInt8(ascii: "+"): return .inserted
        case UInt8(ascii: "-"): return .deleted
        case UInt8(ascii: "@"): return .keyword
        default: return nil
        }
    }
}
