// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Refuses requests of who has made too many; runs when it is known who asks.
struct RateLimitMiddleware: RouterMiddleware {
    typealias Context = HubContext

    let gate: RateLimitGate

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        try gate.admit(request, context)
        return try await next(request, context)
    }
}

/// The limiter with its counters, for all who have to ask it.
struct RateLimitGate: Sendable {
    private let limiter: RateLimiter
    private let refusals: [RateLimiter.Kind: Metrics.Counter]

    init(_ limiter: RateLimiter, metrics: Metrics) {
        self.limiter = limiter
        let counters = RateLimiter.Kind.allCases.map { kind in
            (
                kind,
                metrics.counter(
                    "vitrine_http_rate_limited_total",
                    help: "Requests refused because their client had made too many.",
                    labels: [("kind", kind.name)]
                )
            )
        }
        refusals = Dictionary(uniqueKeysWithValues: counters)
    }

    /// Counts the request for its account, or for its address if nobody has shown a token that is valid.
    /// - Throws: ``HubError/Code/rateLimited``.
    func admit(_ request: Request, _ context: HubContext) throws {
        guard let kind = RateLimiter.Kind(path: request.uri.path) else { return }
        let client: RateLimiter.Client =
            if let account = context.viewer.accountID {
                .account(account)
            } else {
                .network(ClientNetwork(context.clientAddress(request)))
            }
        guard let outcome = limiter.take(kind, client) else { return }
        context.note.rateLimit = outcome
        guard !outcome.isAdmitted else { return }
        refusals[kind]?.add()
        throw HubError(
            .rateLimited,
            "Too many requests (\(kind.name)): \(outcome.quota) are allowed within \(outcome.windowSeconds) seconds"
                + (context.viewer.isAnonymous ? " without a token. Log in, or wait" : ". Wait")
                + " \(outcome.resetSeconds) seconds"
        )
    }
}

/// Says in every answer how many requests are left, in the words of the IETF's draft as the Hub writes them.
struct RateLimitHeadersMiddleware: RouterMiddleware {
    typealias Context = HubContext

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let outcome = context.note.rateLimit else { return response }
        let kind = outcome.kind.name
        response.headers[.rateLimit] = "\"\(kind)\";r=\(outcome.remaining);t=\(outcome.resetSeconds)"
        response.headers[.rateLimitPolicy] =
            "\"token bucket\";\"\(kind)\";q=\(outcome.quota);w=\(outcome.windowSeconds)"
        if !outcome.isAdmitted { response.headers[.retryAfter] = "\(outcome.resetSeconds)" }
        return response
    }
}
