// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Sends requests for a repo's old name on to its new one.
enum RepoRedirect {
    /// The same address with the repo's name of today, or `nil` where the name is not in the path but in the body.
    ///
    /// Relative, as clients follow redirects of a `HEAD` within one server only; everything else stays as it came,
    /// escapes included.
    static func location(of uri: String, _ move: RepoMove) -> String? {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first else { return nil }
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        // "", and at most "api" or a kind, come before the name.
        for index in segments.indices.dropLast().prefix(4) {
            let name = segments[index + 1]
            let suffix = name.lowercased().hasSuffix(".git") ? String(name.suffix(4)) : ""
            guard let namespace = try? PercentCoding.decodeSegment(segments[index]),
                let own = try? PercentCoding.decodeSegment(name.dropLast(suffix.count)),
                let id = try? RepoID("\(namespace)/\(own)"), id == move.from
            else { continue }
            segments[index] = PercentCoding.encode(move.to.namespace.text)
            segments[index + 1] = PercentCoding.encode(move.to.name) + suffix
            let query = parts.count > 1 ? "?" + parts[1] : ""
            return segments.joined(separator: "/") + query
        }
        return nil
    }
}
