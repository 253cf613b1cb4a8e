// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// URLs as the text that goes over the wire: encoded once, never normalised.
enum URLText {
    /// One path segment or query value: everything but `A-Z a-z 0-9 - . _ ~` is percent-encoded, slashes too.
    static func segment(_ text: some StringProtocol) -> String { PercentCoding.encode(text) }

    /// A path in a repo, whose slashes stay.
    static func path(_ text: some StringProtocol) -> String { PercentCoding.encode(text, keeping: "/") }

    /// `?a=1&b=2`, or nothing.
    static func query(_ items: [(String, String)]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + form(items)
    }

    /// `a=1&b=2`, as a form's body.
    static func form(_ items: [(String, String)]) -> String {
        items.map { "\(segment($0.0))=\(segment($0.1))" }.joined(separator: "&")
    }

    /// Scheme, host and port (always named) in lower case; `nil` when `url` is not an absolute http(s) URL.
    static func origin(_ url: some StringProtocol) -> String? {
        guard let (scheme, rest) = split(url) else { return nil }
        let authority = rest.prefix { !"/?#".contains($0) }
        let host = (authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority[...])
            .lowercased()
        guard !host.isEmpty else { return nil }
        let hasPort = host.last != "]" && host.split(separator: "]").last?.contains(":") == true
        return hasPort ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(scheme == "https" ? 443 : 80)"
    }

    /// What a `Location` header means, seen from the URL that sent it.
    static func resolve(_ location: String, from base: String) -> String? {
        if split(location) != nil { return location }
        guard let (scheme, rest) = split(base), !location.isEmpty, !location.contains("://") else { return nil }
        if location.hasPrefix("//") { return "\(scheme):\(location)" }
        let authority = rest.prefix { !"/?#".contains($0) }
        if location.hasPrefix("/") { return "\(scheme)://\(authority)\(location)" }
        let path = rest.dropFirst(authority.count).prefix { !"?#".contains($0) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return "\(scheme)://\(authority)\(folder)\(location)"
    }

    private static func split(_ url: some StringProtocol) -> (scheme: String, rest: Substring)? {
        let text = String(url)
        for scheme in ["http", "https"] where text.lowercased().hasPrefix(scheme + "://") {
            return (scheme, Substring(text).dropFirst(scheme.count + 3))
        }
        return nil
    }
}
