// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Requests of git and git-lfs, which read errors in ways of their own.
enum GitPaths {
    private static let git = ["/info/refs", "/git-upload-pack", "/git-receive-pack"]

    /// Whether git asks: it shows plain text to its user, and nothing else.
    static func isGit(_ path: String) -> Bool { git.contains { path.hasSuffix($0) } }

    /// Whether the client looks for its user's credentials only when told to.
    static func asksForBasic(_ path: String) -> Bool { isGit(path) || isLFS(path) }

    /// Whether git-lfs asks.
    static func isLFS(_ path: String) -> Bool { path.contains("/info/lfs/") }
}
