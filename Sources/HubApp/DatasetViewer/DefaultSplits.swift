// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Which split a file is of when nothing says so: by the words in its name or in its folders' names.
enum DefaultSplits {
    private static let keywords: [(split: String, words: [String])] = [
        ("train", ["train", "training"]),
        ("validation", ["validation", "valid", "dev", "val"]),
        ("test", ["test", "testing", "eval", "evaluation"]),
    ]
    private static let separators = "[-._ 0-9]"

    /// Splits and their files, in the order of the file list.
    /// - Parameter paths: relative to the folder that the configuration is of.
    static func of(_ paths: [String]) -> [(split: String, paths: [String])] {
        let sharded = sharded(paths)
        if !sharded.isEmpty { return sharded }
        for templates in [folderPatterns, namePatterns] {
            let found = keywords.compactMap { split, words -> (split: String, paths: [String])? in
                let patterns = words.flatMap { word in templates(word) }.map { DataFilePattern($0) }
                let files = paths.filter { path in patterns.contains { $0.matches(path) } }
                return files.isEmpty ? nil : (split, files)
            }
            if !found.isEmpty { return found }
        }
        let all = DataFilePattern("**")
        let files = paths.filter(all.matches)
        return files.isEmpty ? [] : [("train", files)]
    }

    private static func folderPatterns(_ word: String) -> [String] {
        [
            "**/\(word)/**", "**/\(word)\(separators)*/**", "**/*\(separators)\(word)/**",
            "**/*\(separators)\(word)\(separators)*/**",
        ]
    }

    private static func namePatterns(_ word: String) -> [String] {
        ["**/\(word)\(separators)*", "**/*\(separators)\(word)\(separators)*"]
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
