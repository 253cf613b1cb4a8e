// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The path of a file or folder from the root of a repo: one or more segments joined by `/`, UTF-8.
///
/// Refused, so that no client that writes the path below a folder of its own can be led out of it or into `.git`:
/// empty segments, `.`, `..`, `.git` in any case, control characters and NUL, backslashes, segments over 255 bytes,
/// paths over 1,024 bytes or 64 segments, slashes that are part of a longer `Character` (one with a combining mark
/// behind it): file systems part names there, Swift's `String` does not.
public struct RepoPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let maximumBytes = 1024
    public static let maximumSegmentBytes = 255
    public static let maximumDepth = 64

    public let text: String
    public var description: String { text }

    /// Throws ``HubError/Code/unprocessable`` that says which rule is broken.
    public init(_ text: some StringProtocol) throws {
        func refuse(_ why: String) -> HubError {
            let shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(120).filter { $0.value >= 32 }))
            return HubError(.unprocessable, "Invalid path '\(shown)': \(why)")
        }
        guard !text.isEmpty else { throw refuse("it is empty") }
        guard text.utf8.count <= Self.maximumBytes else {
            throw refuse("it is longer than \(Self.maximumBytes) bytes")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw refuse("it has a control character") }
        guard !text.utf8.contains(UInt8(ascii: "\\")) else { throw refuse("it has a backslash") }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == text.utf8.count(where: { $0 == UInt8(ascii: "/") }) + 1 else {
            throw refuse("a slash is joined to the character beside it")
        }
        guard segments.count <= Self.maximumDepth else {
            throw refuse("it is deeper than \(Self.maximumDepth) folders")
        }
        for segment in segments {
            guard !segment.isEmpty else { throw refuse("it has an empty segment") }
            guard segment != ".", segment != ".." else { throw refuse("it has a '\(segment)' segment") }
            guard segment.lowercased() != ".git" else { throw refuse("it has a '.git' segment") }
            guard segment.utf8.count <= Self.maximumSegmentBytes else {
                throw refuse("a segment is longer than \(Self.maximumSegmentBytes) bytes")
            }
        }
        self.text = String(text)
    }

    public var segments: [String] { text.split(separator: "/").map(String.init) }
    public var lastSegment: String { segments.last ?? text }

    /// What follows the last dot of the last segment, in lower case, without the dot; empty when there is none.
    public var fileExtension: String {
        guard let dot = lastSegment.lastIndex(of: "."), dot != lastSegment.startIndex else { return "" }
        return lastSegment[lastSegment.index(after: dot)...].lowercased()
    }

    /// Byte order, as git compares names.
    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}
