// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
public import Hummingbird
import Logging
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Gives the request its id and says it in the answer.
///
/// The client's `X-Request-Id`, else its `X-Amzn-Trace-Id`, else a fresh UUID.
public struct RequestIDMiddleware: RouterMiddleware {
    public typealias Context = HubContext

    public init() {}

    public func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.id(of: request)
        context.logger[metadataKey: "request.id"] = .string(context.requestID)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }

    static func id(of request: Request) -> String {
        for name in [HTTPField.Name.requestID, .amznTraceID] {
            guard let value = request.headers[name], (1...128).contains(value.utf8.count) else { continue }
            if value.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) { return value }
        }
        return UUID().uuidString.lowercased()
    }
}

/// Answers every error thrown further in.
public struct ErrorMiddleware: RouterMiddleware {
    public typealias Context = HubContext

    private let routes: RouteTable

    public init(routes: RouteTable) { self.routes = routes }

    public func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HubError {
            log(error, context)
            return ErrorResponses.response(for: error, anonymous: context.note.isAnonymous, to: request)
        } catch let error as HTTPError {
            return try await answer(error, request, context)
        } catch let error as HTTPParserError {
            // Found while the body was read: chunks that are none, say.
            context.logger.debug("Malformed request", metadata: ["error": "\(error)"])
            return ErrorResponses.response(status: .badRequest, message: "The request is not valid HTTP", to: request)
        } catch is CancellationError {
            // Nobody is there to read it.
            return ErrorResponses.response(status: .serviceUnavailable, to: request)
        } catch {
            context.logger.error(
                "Unknown error",
                metadata: ["error": "\(error)", "error.type": "\(type(of: error))", "http.path": "\(request.uri.path)"]
            )
            return ErrorResponses.response(status: .internalServerError, to: request)
        }
    }

    private func answer(_ error: HTTPError, _ request: Request, _ context: HubContext) async throws -> Response {
        // Set by the router when nothing matched.
        guard error.status == .notFound, context.endpointPath == "NotFound" else {
            return ErrorResponses.response(
                status: error.status,
                message: error.body,
                headers: error.headers,
                to: request
            )
        }
        guard let allow = try await routes.allowedMethods(for: request, context: context) else {
            return ErrorResponses.response(status: .notFound, to: request)
        }
        return ErrorResponses.response(status: .methodNotAllowed, headers: [.allow: allow], to: request)
    }

    private func log(_ error: HubError, _ context: HubContext) {
        switch error.code {
        case .internal, .corrupt:
            context.logger.error("Request failed", metadata: ["error": "\(error)"])
        case .storageFull, .unavailable:
            context.logger.warning("Request failed", metadata: ["error": "\(error)"])
        default:
            context.logger.debug("Request refused", metadata: ["error": "\(error)"])
        }
    }
}
