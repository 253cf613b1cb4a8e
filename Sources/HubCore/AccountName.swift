// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The name of a user or organisation: `[A-Za-z0-9_.-]`, 1 to 42 characters.
///
/// Names may begin and end with underscores. Not allowed: a leading or trailing `-` or `.`, `--`, `..`, and the words
/// that are the first segment of a route of the hub's own. Compared without case.
public struct AccountName: Hashable, Sendable, CustomStringConvertible {
    public static let maximumLength = 42

    public let text: String
    /// The name in lower case: what uniqueness and look-ups go by.
    public var key: String { text.lowercased() }
    public var description: String { text }

    /// Throws ``HubError/Code/badRequest`` that says which rule is broken.
    public init(_ text: some StringProtocol) throws {
        try NameRules.check(text, what: "account name", maximum: Self.maximumLength)
        let name = String(text)
        guard !Self.reserved.contains(name.lowercased()) else {
            throw HubError(.badRequest, "The name '\(name)' is reserved")
        }
        self.text = name
    }

    public static func == (left: Self, right: Self) -> Bool { left.key == right.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    /// First segments of URLs that a namespace would shadow.
    public static let reserved: Set<String> = [
        "admin", "api", "assets", "buckets", "cas", "collections", "datasets", "docs", "favicon.ico", "healthz",
        "hf-inference", "info", "join", "kernels", "lfs", "login", "logout", "me", "metrics", "models", "new",
        "notifications", "oauth", "openapi.json", "organizations", "papers", "pipeline", "posts", "public", "resolve",
        "robots.txt", "search", "settings", "spaces", "static", "tasks", "uploads", "users", "v1", "v2",
    ]
}

/// The rules that account and repo names share.
enum NameRules {
    static func check(_ text: some StringProtocol, what: String, maximum: Int) throws {
        func refuse(_ why: String) -> HubError {
            let shown = String(text.prefix(120).filter { $0.isASCII && !$0.isNewline && $0 != "\0" })
            return HubError(.badRequest, "Invalid \(what) '\(shown)': \(why)")
        }
        guard !text.isEmpty else { throw refuse("it is empty") }
        guard text.utf8.count <= maximum else { throw refuse("it is longer than \(maximum) characters") }
        guard text.utf8.allSatisfy(isAllowed) else {
            throw refuse("only letters, digits, '-', '_' and '.' are allowed")
        }
        guard let first = text.first, let last = text.last, !"-.".contains(first), !"-.".contains(last) else {
            throw refuse("it may not begin or end with '-' or '.'")
        }
        guard !text.contains("--"), !text.contains("..") else { throw refuse("it may not contain '--' or '..'") }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
