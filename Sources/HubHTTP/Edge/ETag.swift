// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// An entity tag (RFC 9110, 8.8.3). Ours name contents, so that they are strong unless said otherwise.
public struct ETag: Hashable, Sendable, CustomStringConvertible {
    /// Without quotes.
    public let value: String
    public let isWeak: Bool

    public init(_ value: String, isWeak: Bool = false) {
        self.value = value
        self.isWeak = isWeak
    }

    /// Parses one tag of a header: `"x"` or `W/"x"`. Bare words are taken as strong tags, for clients that strip quotes.
    public init?(header: String) {
        var rest = Substring(header)
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        let weak = rest.hasPrefix("W/")
        if weak { rest = rest.dropFirst(2) }
        if rest.hasPrefix("\"") {
            guard rest.count >= 2, rest.hasSuffix("\"") else { return nil }
            rest = rest.dropFirst().dropLast()
        }
        guard !rest.isEmpty, !rest.contains("\"") else { return nil }
        self.init(String(rest), isWeak: weak)
    }

    /// As a header has it, quoted.
    public var description: String { isWeak ? "W/\"\(value)\"" : "\"\(value)\"" }

    /// For `If-Match` and `If-Range`: same value, both strong.
    public func strongMatches(_ other: ETag) -> Bool { value == other.value && !isWeak && !other.isWeak }

    /// For `If-None-Match`: same value.
    public func weakMatches(_ other: ETag) -> Bool { value == other.value }
}

/// The value of `If-None-Match` or `If-Match`.
public enum ETagCondition: Hashable, Sendable {
    /// `*`: anything that exists.
    case any
    case list([ETag])

    /// `nil` when there is no header; a malformed member is left out.
    public init?(_ header: String?) {
        guard let header else { return nil }
        let members = Self.members(of: header)
        self = members == ["*"] ? .any : .list(members.compactMap { ETag(header: $0) })
    }

    /// Whether the thing with this tag is among those named. `If-None-Match` compares weakly (RFC 9110, 13.1.2).
    public func weakContains(_ etag: ETag) -> Bool {
        switch self {
        case .any: true
        case .list(let tags): tags.contains { $0.weakMatches(etag) }
        }
    }

    /// For `If-Match`, which compares strongly (RFC 9110, 13.1.1).
    public func strongContains(_ etag: ETag) -> Bool {
        switch self {
        case .any: true
        case .list(let tags): tags.contains { $0.strongMatches(etag) }
        }
    }

    /// Splits at commas outside quotes.
    private static func members(of header: String) -> [String] {
        var members: [String] = []
        var current = ""
        var quoted = false
        for character in header {
            if character == "\"" { quoted.toggle() }
            if character == ",", !quoted {
                members.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        members.append(current)
        return members.map { $0.filter { $0 != " " && $0 != "\t" } }.filter { !$0.isEmpty }
    }
}
