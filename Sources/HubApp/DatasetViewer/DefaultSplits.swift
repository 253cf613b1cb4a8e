// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Which split a file is of when nothing says so: by the words in its name or in its folders' names.
enum DefaultSplits {
    private static let keywords: [(split: String, words: [String])] = [
        ("train", ["train", "training"]),
        ("validation", ["validation", "valid", "dev", "val"]),
        ("test", ["test", "testing", "eval", "evaluation"]),
    ]
    /// Splits and their files, in the order of the file list.
    /// - Parameter paths: relative to the folder that the configuration is of.
    static func of(_ paths: [String]) -> [(split: String, paths: [String])] {
        let sharded = sharded(paths)
        if !sharded.isEmpty { return sharded }
        // Without hidden files and the hub's own.
        let data = paths.filter(DataFilePattern("**").matches)
        for isNamed in [WordInPath.isInFolder, WordInPath.isInName] {
            let found = keywords.compactMap { split, words -> (split: String, paths: [String])? in
                let words = words.map { Array($0.utf8) }
                let files = data.filter { path in words.contains { isNamed($0, path) } }
                return files.isEmpty ? nil : (split, files)
            }
            if !found.isEmpty { return found }
        }
        return data.isEmpty ? [] : [("train", data)]
    }

    /// `data/train-00000-of-00005.parquet`, whatever the split is called.
    private static func sharded(_ paths: [String]) -> [(split: String, paths: [String])] {
        let digits = "[0-9][0-9][0-9][0-9][0-9]"
        let pattern = DataFilePattern("data/*-\(digits)-of-\(digits)*.*")
        var files: [String: [String]] = [:]
        for path in paths where pattern.matches(path) {
            guard let split = split(ofShard: RepoFiles.name(of: path)) else { continue }
            files[split, default: []].append(path)
        }
        let known = keywords.map(\.split).filter { files[$0] != nil }
        return (known + files.keys.filter { !known.contains($0) }.sorted()).map { ($0, files[$0] ?? []) }
    }

    /// What stands before the last `-00000-of-00005`.
    private static func split(ofShard name: Substring) -> String? {
        guard let end = name.ranges(of: "-of-").last?.lowerBound, name[..<end].count > 6 else { return nil }
        return String(name[..<end].dropLast(6))
    }
}

/// Words between what separates words: `-`, `.`, `_`, a space or a digit.
private enum WordInPath {
    /// Whether a folder's name has the word: at its ends or between separators.
    static func isInFolder(_ word: [UInt8], _ path: String) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/")).dropLast().contains { isIn($0, word, mayEnd: true) }
    }

    /// Whether the file's name has the word, with something behind it.
    static func isInName(_ word: [UInt8], _ path: String) -> Bool {
        isIn(RepoFiles.name(of: path).utf8, word, mayEnd: false)
    }

    private static func isIn(_ name: Substring.UTF8View, _ word: [UInt8], mayEnd: Bool) -> Bool {
        var rest = name
        while let range = rest.firstRange(of: word) {
            let before = range.lowerBound == name.startIndex ? nil : name[name.index(before: range.lowerBound)]
            let after = range.upperBound == name.endIndex ? nil : name[range.upperBound]
            if before.map(separates) ?? true, after.map(separates) ?? mayEnd { return true }
            rest = name[name.index(after: range.lowerBound)...]
        }
        return false
    }

    private static func separates(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " "),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
