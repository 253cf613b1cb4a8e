// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
public import Hummingbird
import NIOCore

/// Answers `Expect: 100-continue` when the handler first asks for the body, so that a refused upload never starts.
public struct ExpectContinueMiddleware: RouterMiddleware {
    public typealias Context = HubContext

    public init() {}

    public func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        guard let expectation = request.headers[.expect] else { return try await next(request, context) }
        guard expectation.lowercased() == "100-continue" else {
            return ErrorResponses.response(status: .expectationFailed, to: request)
        }
        var request = request
        request.body = RequestBody(asyncSequence: ContinuedBody(base: request.body, channel: context.channel))
        return try await next(request, context)
    }
}

/// A body that says "go on" to the client when it is first read.
private struct ContinuedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: RequestBody
    let channel: any Channel

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        var channel: (any Channel)?

        @concurrent
        mutating func next() async throws -> ByteBuffer? {
            if let channel {
                channel.triggerUserOutboundEvent(SendContinue(), promise: nil)
                self.channel = nil
            }
            return try await base.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), channel: channel)
    }
}
