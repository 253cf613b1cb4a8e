// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Hummingbird

extension HubContext {
    /// The captured segment `name`, decoded once. An encoded slash becomes a slash: the value's own parser judges it.
    /// - Throws: ``HubError/Code/badRequest`` when it is malformed.
    public func segment(_ name: String) throws -> String {
        guard let raw = parameters.get(name) else { throw HubError(.badRequest, "Missing \(name) in the URL") }
        return try PercentCoding.decodeSegment(raw)
    }

    /// What `**` matched, each segment decoded and joined by slashes; empty when it matched nothing.
    ///
    /// The router drops empty segments at the ends; those in the middle (`a//b`) are dropped here likewise.
    /// - Throws: ``HubError/Code/badRequest`` when it is malformed.
    public func catchAll() throws -> String {
        try parameters.getCatchAll().map { try PercentCoding.decodeSegment($0) }.joined(separator: "/")
    }
}
