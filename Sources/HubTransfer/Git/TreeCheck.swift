// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a tree that is pushed must be, by its bytes alone: what `git fsck --strict` asks, and names that clients can use.
public enum TreeCheck {
    /// In words for whoever pushed it.
    public struct Problem: Error, Hashable {
        public let reason: String
    }

    private static let modes = ["100644", "100755", "120000", "40000", "160000"].map { Array($0.utf8) }
    private static let maximumName = 255

    public static func check(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
        var scanner = TreeScanner(bytes)
        var last: TreeScanner.Entry?
        // Files that may still turn out to be named like a folder: git sorts `a`, `a.b`, `a/`.
        var names: [Range<Int>] = []
        while true {
            let entry: TreeScanner.Entry?
            do { entry = try scanner.next() } catch { throw Problem(reason: "a tree is cut short") }
            guard let entry else { return }
            try checkMode(bytes[entry.range.lowerBound..<(entry.name.lowerBound - 1)])
            try checkName(bytes[entry.name])
            if let last {
                guard TreeDifference.order(last, in: bytes, entry, in: bytes) < 0 else {
                    throw Problem(reason: "a tree is not sorted, or has '\(shown(bytes[entry.name]))' twice")
                }
            }
            if entry.isFolder {
                while let name = names.last, !bytes[entry.name].starts(with: bytes[name]) { names.removeLast() }
                guard !names.contains(where: { bytes[$0].elementsEqual(bytes[entry.name]) }) else {
                    throw Problem(reason: "'\(shown(bytes[entry.name]))' is both a file and a folder")
                }
            } else {
                while let name = names.last, !bytes[entry.name].starts(with: bytes[name]) { names.removeLast() }
                names.append(entry.name)
            }
            last = entry
        }
    }

    private static func checkMode(_ mode: Slice<UnsafeRawBufferPointer>) throws(Problem) {
        guard modes.contains(where: { $0.elementsEqual(mode) }) else {
            throw Problem(reason: "a tree has an entry of the mode \(shown(mode)), which this hub does not know")
        }
    }

    private static func checkName(_ name: Slice<UnsafeRawBufferPointer>) throws(Problem) {
        guard name.count <= maximumName else { throw Problem(reason: "a name is longer than \(maximumName) bytes") }
        for byte in name where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
            throw Problem(reason: "the name '\(shown(name))' has a control character, a slash or a backslash")
        }
        // Short of plain ASCII the whole is looked at as text.
        guard name.allSatisfy({ $0 < 0x80 }) || String(validating: name, as: UTF8.self) != nil else {
            throw Problem(reason: "the name '\(shown(name))' is not UTF-8")
        }
        guard !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8), !isGitFolder(name) else {
            throw Problem(reason: "a tree has an entry called '\(shown(name))'")
        }
    }

    /// Whether a file system may read the name as `.git`: without case, without characters it skips, by its short name.
    private static func isGitFolder(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = name.first, first == UInt8(ascii: ".") || first | 0x20 == UInt8(ascii: "g") || first >= 0x80,
            name.count <= 64
        else { return false }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars.filter { !skipped.contains($0.value) }
        var text = String(String.UnicodeScalarView(scalars)).lowercased()
        while text.hasSuffix(" ") || text.hasSuffix(".") { text.removeLast() }
        return text == ".git" || text == "git~1"
    }

    private static let skipped = Set<UInt32>(
        Array(0x200C...0x200F) + Array(0x202A...0x202E) + Array(0x206A...0x206F) + [0xFEFF]
    )

    private static func shown(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(
            String(decoding: bytes.prefix(80), as: UTF8.self).unicodeScalars.filter {
                $0.value >= 0x20 && $0.value != 0x7F
            }
        )
    }
}
