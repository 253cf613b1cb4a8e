// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

/// The chunk store behind one repo: a token for it that is renewed in time, and calls that carry it.
///
/// The hub's own token never goes there: the store may be another machine.
actor ChunkStore {
    enum Scope: String, Sendable {
        case read, write
    }

    private struct Ticket {
        /// Without a trailing slash.
        let url: String
        let token: String
        /// Seconds since 1970.
        let expires: Int64
    }

    nonisolated let client: HubClient
    private let route: String
    private var ticket: Ticket
    /// Seconds before its end at which a token is taken for spent.
    private static let margin: Int64 = 60

    private init(client: HubClient, route: String, ticket: Ticket) {
        self.client = client
        self.route = route
        self.ticket = ticket
    }

    /// - Returns: `nil` when the hub has none, for this revision or at all; its files then travel whole.
    static func open(
        _ client: HubClient,
        _ target: RepoTarget,
        revision: String,
        scope: Scope,
        createPR: Bool = false
    ) async throws -> ChunkStore? {
        let path = "\(target.apiPath)/xet-\(scope.rawValue)-token/\(URLText.segment(revision))"
        let route = client.url(path, createPR ? [("create_pr", "1")] : [])
        do {
            return ChunkStore(client: client, route: route, ticket: try await ask(client, route))
        } catch let error as HTTPFailure where [404, 405, 501].contains(error.status) {
            return nil
        }
    }

    private static func ask(_ client: HubClient, _ route: String) async throws -> Ticket {
        let answer = try await client.json(HubRequest(.GET, route))
        guard let url = answer["casUrl"]?.stringValue, let token = answer["accessToken"]?.stringValue,
            let expires = answer["exp"]?.intValue, URLText.origin(url) != nil, !token.isEmpty
        else {
            throw CommandFailure(
                "\(client.origin) gives no usable access to its chunk store",
                hint: "set HF_HUB_DISABLE_XET=1 to send and fetch whole files",
                status: .fault
            )
        }
        guard !client.endpoint.hasPrefix("https://") || url.hasPrefix("https://") else {
            throw CommandFailure("\(client.origin) keeps chunks at an unprotected address: \(url)", status: .fault)
        }
        return Ticket(
            url: String(url.reversed().drop { $0 == "/" }.reversed()),
            token: token,
            expires: expires
        )
    }

    /// A call of the store; `path` begins with a slash.
    func request(_ method: HTTPMethod, _ path: String) async throws -> HubRequest {
        if ticket.expires - Self.margin <= SystemClock().now.milliseconds / 1000 {
            ticket = try await Self.ask(client, route)
        }
        var request = HubRequest(method, ticket.url + path).header("authorization", "Bearer \(ticket.token)")
        request.isAuthenticated = false
        request.stopsAtForeignRedirect = true
        return request
    }

    /// The shard about a chunk and its neighbours; `nil` when the store does not know it, or does not say.
    nonisolated func around(_ chunk: XetHash) async throws -> ByteBuffer? {
        do {
            let answer = try await client.send(try await request(.GET, "/v1/chunks/default/\(chunk)"))
            guard answer.status == .ok else { return nil }
            return try await answer.body.collect(upTo: 64 << 20)
        } catch is HTTPFailure {
            // Not to know costs bytes, no more.
            return nil
        }
    }
}
