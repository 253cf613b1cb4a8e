// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Whose pages may read the hub's answers in a browser.
public enum AllowedOrigins: Sendable, Hashable {
    case any
    /// In lower case, as browsers send them: `https://example.org`. None is nobody's but our own.
    case these(Set<String>)

    /// From `*`, or origins with spaces or commas between them, or nothing; `nil` if one is no origin.
    public init?(_ text: String) {
        guard text != "*" else {
            self = .any
            return
        }
        let origins = text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
        guard origins.allSatisfy(Self.isOrigin) else { return nil }
        self = .these(Set(origins))
    }

    public var text: String {
        switch self {
        case .any: "*"
        case .these(let origins): origins.sorted().joined(separator: " ")
        }
    }

    private static func isOrigin(_ text: String) -> Bool {
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let host = text.utf8.dropFirst(scheme.utf8.count)
            return !host.isEmpty && host.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
        }
        return false
    }
}
