// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A pattern as `fnmatch.fnmatchcase` of Python reads it, which is what huggingface_hub filters files with.
///
/// `*` matches any characters, slashes too; `?` one; `[abc]`, `[a-z]`, `[!a-z]` one of a set. A pattern that ends in
/// `/` means all below that folder.
struct Glob: Sendable, Hashable {
    private enum Piece: Hashable {
        case one(Character)
        case any
        case many
        case set([ClosedRange<Character>], inverted: Bool)
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        var rest = Substring(pattern.hasSuffix("/") ? pattern + "*" : pattern)
        var pieces: [Piece] = []
        while let first = rest.popFirst() {
            switch first {
            case "*":
                if pieces.last != .many { pieces.append(.many) }
            case "?":
                pieces.append(.any)
            case "[":
                pieces.append(Self.set(&rest) ?? .one("["))
            default:
                pieces.append(.one(first))
            }
        }
        self.pieces = pieces
    }

    /// Whether the whole of `text` matches.
    func matches(_ text: String) -> Bool {
        let characters = Array(text)
        var piece = 0
        var character = 0
        // Where to go on from when what follows the last `*` does not fit: one character later.
        var retry: (piece: Int, character: Int)?
        while character < characters.count {
            if piece < pieces.count, pieces[piece] == .many {
                retry = (piece + 1, character)
                piece += 1
            } else if piece < pieces.count, Self.fits(characters[character], pieces[piece]) {
                piece += 1
                character += 1
            } else if let last = retry {
                retry = (last.piece, last.character + 1)
                piece = last.piece
                character = last.character + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }

    private static func fits(_ character: Character, _ piece: Piece) -> Bool {
        switch piece {
        case .one(let wanted): character == wanted
        case .any, .many: true
        case .set(let ranges, let inverted): ranges.contains { $0.contains(character) } != inverted
        }
    }

    /// What follows an opening bracket; `nil`, with nothing read, when it is never closed.
    private static func set(_ rest: inout Substring) -> Piece? {
        var body = rest
        let inverted = body.first == "!"
        if inverted { body.removeFirst() }
        var members: [Character] = []
        // A bracket that comes first is a member.
        if body.first == "]" { members.append(body.removeFirst()) }
        guard let end = body.firstIndex(of: "]") else { return nil }
        members += body[..<end]
        rest = body[body.index(after: end)...]
        var ranges: [ClosedRange<Character>] = []
        var index = 0
        while index < members.count {
            if index + 2 < members.count, members[index + 1] == "-" {
                // An empty range such as `z-a` matches nothing.
                if members[index] <= members[index + 2] { ranges.append(members[index]...members[index + 2]) }
                index += 3
            } else {
                ranges.append(members[index]...members[index])
                index += 1
            }
        }
        return .set(ranges, inverted: inverted)
    }
}

/// Which files a command is about: those that match an include pattern (all when there is none) and no exclude pattern.
struct FileFilter: Sendable {
    /// What is never pushed: version control, the client's own notes, and what macOS leaves behind.
    static let neverPushed = [
        ".git", ".git/*", "*/.git", "*/.git/*", ".cache/huggingface", ".cache/huggingface/*", "*/.cache/huggingface",
        "*/.cache/huggingface/*", ".DS_Store", "*/.DS_Store",
    ]

    private let include: [Glob]
    private let exclude: [Glob]

    init(include: [String], exclude: [String]) {
        self.include = include.map { Glob($0) }
        self.exclude = exclude.map { Glob($0) }
    }

    func admits(_ path: String) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }
}
