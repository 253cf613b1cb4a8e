// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
public import Hummingbird
import Synchronization

/// Which methods a path has, for 405 and `Allow`.
///
/// A second router with the same patterns under one method nobody uses, so that both agree on what matches.
public final class RouteTable: Sendable {
    private let probe = Mutex<RouterResponder<HubContext>?>(nil)

    public init() {}

    /// To be called once, when all routes are registered.
    public func fill(from router: Router<HubContext>) {
        let mirror = Router(context: HubContext.self)
        for (_, routes) in Dictionary(grouping: router.routes, by: \.path.description) {
            guard let path = routes.first?.path else { continue }
            var methods = Set(routes.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            let allow = methods.sorted().joined(separator: ", ")
            mirror.on(path, method: .trace) { _, _ in Response(status: .noContent, headers: [.allow: allow]) }
        }
        let responder = mirror.buildResponder()
        probe.withLock { $0 = responder }
    }

    /// The value of `Allow`, or `nil` when no route has this path.
    func allowedMethods(for request: Request, context: HubContext) async throws -> String? {
        guard let responder = probe.withLock({ $0 }) else { return nil }
        var head = request.head
        head.method = .trace
        let question = Request(head: head, body: RequestBody(buffer: .init()))
        return try await responder.respond(to: question, context: HubContext(copying: context)).headers[.allow]
    }
}
