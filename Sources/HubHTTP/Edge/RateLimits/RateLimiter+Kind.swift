// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension RateLimiter.Kind {
    /// What a path is asked for; `nil` for what is not counted: monitoring, style and pictures of pages, and transfers to
    /// addresses that were signed for them.
    init?(path: String) {
        if path.hasPrefix("/api/") {
            self = .api
        } else if Self.uncounted.contains(where: { path.hasPrefix($0) }) {
            return nil
        } else if Self.viewer.contains(path) {
            self = .api
        } else if Self.holds(path, Self.files) {
            self = .resolvers
        } else if Self.holds(path, Self.calls) {
            self = .api
        } else {
            self = .pages
        }
    }

    private static let uncounted = [
        "/healthz", "/metrics", "/assets/", "/favicon", "/robots.txt", "/lfs/", "/cas/", "/v1/", "/v2/",
    ]
    private static let files = ["/resolve/", "/raw/", "/viewer-asset/"].map { Array($0.utf8) }
    private static let viewer: Set = [
        "/is-valid", "/splits", "/info", "/size", "/parquet", "/first-rows", "/rows", "/search", "/filter",
        "/statistics",
    ]
    private static let calls = [
        "/info/lfs/", "/info/refs", "/git-upload-pack", "/git-receive-pack", "/ask-access", "/oauth/", "/.well-known/",
        "/hf-inference/",
    ].map { Array($0.utf8) }

    /// Whether one of `parts`, each of which begins with a slash, is in the path; by its bytes, as every download asks.
    private static func holds(_ path: String, _ parts: [[UInt8]]) -> Bool {
        var rest = path.utf8[...]
        while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
            rest = rest[slash...]
            if parts.contains(where: { rest.starts(with: $0) }) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
