// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// One line and one set of measurements per request.
///
/// Of a long or unmeasured body the line comes after its last byte, and says whether it was cut short.
public struct AccessLogMiddleware: RouterMiddleware {
    public typealias Context = HubContext

    /// Bodies up to this (bytes) leave in one write with the head; wrapping them would cost that.
    private static let wholeBytes = 64 << 10
    private static let secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

    private let metrics: Metrics

    private let requests: Metrics.Gauge
    private let bodies: Metrics.Gauge

    public init(metrics: Metrics) {
        self.metrics = metrics
        requests = metrics.gauge("vitrine_http_requests_in_progress", help: "Requests that are being worked on.")
        bodies = metrics.gauge("vitrine_http_bodies_in_progress", help: "Long answers that are being sent.")
    }

    public func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        requests.add(1)
        defer { requests.add(-1) }
        var response = try await next(request, context)
        let status = response.status.code
        let length = response.body.contentLength
        if request.method != .head, (length ?? .max) > Self.wholeBytes {
            let body = response.body
            // Not through `body`: its setter would look at the length we keep anyway.
            response = Response(
                status: response.status,
                headers: response.headers,
                body: ResponseBody(contentLength: length) { [self] writer in
                    bodies.add(1)
                    defer { bodies.add(-1) }
                    do {
                        try await body.write(writer)
                        finish(request, context, status: status, bytes: length, since: start, isCut: false)
                    } catch {
                        finish(request, context, status: status, bytes: nil, since: start, isCut: true)
                        throw error
                    }
                }
            )
        } else {
            finish(request, context, status: status, bytes: length, since: start, isCut: false)
        }
        return response
    }

    private func finish(
        _ request: Request,
        _ context: HubContext,
        status: Int,
        bytes: Int?,
        since start: ContinuousClock.Instant,
        isCut: Bool
    ) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let route = context.endpointPath ?? "none"
        let method = Self.knownMethod(request.method)
        metrics.counter(
            "vitrine_http_requests_total",
            help: "Requests answered.",
            labels: [("method", method), ("route", route), ("status", "\(status)")]
        ).add()
        metrics.histogram(
            "vitrine_http_request_seconds",
            help: "Time from a request's head to the last byte handed to the socket.",
            labels: [("route", route)],
            buckets: Self.secondsBuckets
        ).observe(seconds)
        if let bytes {
            metrics.counter("vitrine_http_response_bytes_total", help: "Bytes of whole bodies.").add(Int64(bytes))
        }
        guard context.logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "http.method": "\(method)", "http.path": "\(Self.redacted(request.uri))", "http.status": "\(status)",
            "http.ms": "\((seconds * 1000).rounded())",
        ]
        if let bytes { metadata["http.bytes"] = "\(bytes)" }
        if isCut { metadata["http.cut"] = "true" }
        if let account = context.note.account { metadata["account"] = "\(account)" }
        if let agent = request.headers[.userAgent] { metadata["http.agent"] = "\(agent.prefix(120))" }
        context.logger.info("Request", metadata: metadata)
    }

    /// Clients choose methods, and each makes a series of its own.
    private static func knownMethod(_ method: HTTPRequest.Method) -> String {
        let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return known.contains(method) ? method.rawValue : "other"
    }

    /// The path with its query, without values that open doors.
    static func redacted(_ uri: URI) -> String {
        guard let query = uri.query else { return uri.path }
        let secret = ["sig", "token", "secret", "password", "code", "key", "invitation"]
        let items = query.split(separator: "&").map { item -> String in
            let name = item.prefix { $0 != "=" }
            let lower = name.lowercased()
            return secret.contains { lower.contains($0) } ? "\(name)=…" : String(item)
        }
        return uri.path + "?" + items.joined(separator: "&")
    }
}
