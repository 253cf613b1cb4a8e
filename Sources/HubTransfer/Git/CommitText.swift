// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A commit that somebody else has written: what it says, if it is one that git itself would pass.
public struct CommitText: Sendable {
    /// In words for whoever pushed it.
    public struct Problem: Error, Hashable {
        public let reason: String
    }

    public let links: CommitLinks
    /// The author's name, as it stands.
    public let author: String
    /// The message's first line.
    public let title: String
    /// What follows it.
    public let message: String

    /// The last second of the year 9999: later ones cannot be shown.
    private static let lastSecond: Int64 = 253_402_300_799

    public init(parsing data: [UInt8]) throws(Problem) {
        guard let links = CommitLinks(parsing: data) else {
            throw Problem(reason: "its header does not begin with a tree and parents")
        }
        guard !data.contains(0) else { throw Problem(reason: "it has a NUL byte") }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let header = lines.prefix { !$0.isEmpty }
        var people = header.dropFirst(1 + links.parents.count)
        author = try Self.name(people.popFirst(), "author ")
        _ = try Self.name(people.popFirst(), "committer ")
        self.links = links
        let body = lines.dropFirst(header.count + 1).drop { $0.isEmpty }
        // Other encodings are older than the hub; what is not UTF-8 is shown as well as it can be.
        title = body.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        var rest = String(decoding: Array(body.dropFirst().joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)[...]
        while rest.first?.isNewline == true { rest.removeFirst() }
        while rest.last?.isNewline == true { rest.removeLast() }
        message = String(rest)
    }

    /// `author NAME <EMAIL> SECONDS ZONE`
    private static func name(_ line: ArraySlice<UInt8>?, _ word: String) throws(Problem) -> String {
        let what = word.dropLast()
        guard let line, line.starts(with: word.utf8) else { throw Problem(reason: "it has no \(what)") }
        let text = line.dropFirst(word.utf8.count)
        guard let open = text.firstIndex(of: UInt8(ascii: "<")), let close = text.lastIndex(of: UInt8(ascii: ">")),
            open < close, !text[(open + 1)..<close].contains(UInt8(ascii: "<"))
        else { throw Problem(reason: "its \(what) has no address in angle brackets") }
        let words = text[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard words.count == 2, let seconds = words.first.flatMap({ Int64(String(decoding: $0, as: UTF8.self)) }),
            let zone = words.last, zone.count == 5, zone.first == UInt8(ascii: "+") || zone.first == UInt8(ascii: "-"),
            zone.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw Problem(reason: "its \(what) has no time") }
        guard (0...lastSecond).contains(seconds) else { throw Problem(reason: "its \(what)'s time is out of range") }
        let name = String(decoding: text[..<open], as: UTF8.self)
        return name.hasSuffix(" ") ? String(name.dropLast()) : name
    }
}

/// What an annotated tag names.
public struct TagText: Sendable {
    public let target: GitOID
    public let name: String
    public let isOfCommit: Bool

    /// `nil` unless it begins with `object`, `type` and `tag`.
    public init?(parsing data: [UInt8]) {
        let lines = data.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 3, lines[0].hasPrefix("object "), lines[1].hasPrefix("type "), lines[2].hasPrefix("tag "),
            let target = GitOID(hex: lines[0].dropFirst("object ".count))
        else { return nil }
        self.target = target
        isOfCommit = lines[1] == "type commit"
        name = String(lines[2].dropFirst("tag ".count))
    }
}
