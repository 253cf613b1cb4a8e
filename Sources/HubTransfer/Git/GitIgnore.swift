// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The patterns of a `.gitignore`: `!` takes back, a trailing `/` means folders, a slash inside ties to the root.
public struct GitIgnore: Sendable {
    private struct Rule: Sendable {
        let pattern: [UInt8]
        let isAnchored: Bool
        let foldersOnly: Bool
        let negated: Bool
    }

    private let rules: [Rule]

    public init(parsing text: some StringProtocol) {
        rules = text.split(whereSeparator: \.isNewline).compactMap { line in
            var pattern = line[...]
            while pattern.hasSuffix(" ") { pattern = pattern.dropLast() }
            guard !pattern.isEmpty, !pattern.hasPrefix("#") else { return nil }
            let negated = pattern.hasPrefix("!")
            if negated { pattern = pattern.dropFirst() }
            let foldersOnly = pattern.hasSuffix("/")
            if foldersOnly { pattern = pattern.dropLast() }
            let isAnchored = pattern.contains("/")
            if pattern.hasPrefix("/") { pattern = pattern.dropFirst() }
            return Rule(
                pattern: Array(pattern.utf8),
                isAnchored: isAnchored,
                foldersOnly: foldersOnly,
                negated: negated
            )
        }
    }

    /// Whether the file at `path`, or a folder it is in, is ignored.
    public func ignores(_ path: String) -> Bool {
        let segments = path.split(separator: "/")
        for depth in 1...max(1, segments.count) {
            let isFolder = depth < segments.count
            let whole = Array(segments.prefix(depth).joined(separator: "/").utf8)
            let name = segments.prefix(depth).last.map { Array($0.utf8) } ?? []
            let rule = rules.last {
                (isFolder || !$0.foldersOnly) && Glob.matches($0.pattern, $0.isAnchored ? whole : name)
            }
            // What lies in an ignored folder cannot be taken back.
            if let rule, !rule.negated { return true }
        }
        return false
    }
}
