// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A browser's request for a page: who is there, and from where.
struct PageVisit: Sendable {
    let request: Request
    let context: HubContext
    let session: SessionService.Session?
    /// Who is signed in; else who shows a token; else nobody.
    let viewer: Viewer
    /// Notifications not read yet.
    let unread: Int64
    let baseURL: String

    func query() throws -> QueryItems { try request.queryItems() }

    /// This page's address with one query item changed, `nil` to leave it out; the cursor goes with every change.
    func link(_ name: String, _ value: String?) throws -> String {
        var items = try query().all.filter { $0.name != name && $0.name != "cursor" }
        if let value { items.append((name, value)) }
        return SiteURL.query(request.uri.path, items)
    }

    /// Who is signed in.
    /// - Throws: ``HubError/Code/unauthenticated``; the page then leads to the sign-in.
    func requireSession() throws -> SessionService.Session {
        guard let session else { throw HubError(.unauthenticated, "Sign in to see this page") }
        return session
    }
}
