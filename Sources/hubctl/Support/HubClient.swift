// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Talks to one hub: adds the token, follows redirects, tries again, and turns refusals into ``HTTPFailure``.
///
/// The token never leaves the hub's own origin: a redirect elsewhere (a blob store's signed URL) is followed without it.
struct HubClient: Sendable {
    /// Without a trailing slash.
    let endpoint: String
    let origin: String
    let token: String?
    let policy: RetryPolicy
    let say: @Sendable (String) -> Void
    private let brisk: HTTPClient
    private let patient: HTTPClient

    /// Throws ``CommandFailure`` when `endpoint` is not an http(s) URL.
    init(endpoint: String, token: String?, policy: RetryPolicy, say: @escaping @Sendable (String) -> Void) throws {
        let trimmed = String(endpoint.reversed().drop { $0 == "/" }.reversed())
        guard let origin = URLText.origin(trimmed), !trimmed.contains("?"), !trimmed.contains("#") else {
            throw CommandFailure(
                "'\(endpoint)' is not the address of a hub",
                hint: "it looks like https://hub.example.org or http://127.0.0.1:8080"
            )
        }
        self.endpoint = trimmed
        self.origin = origin
        self.token = token
        self.policy = policy
        self.say = say
        func client(readTimeout: TimeAmount) -> HTTPClient {
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.timeout = .init(connect: .seconds(10), read: readTimeout, write: .seconds(120))
            configuration.httpVersion = .http1Only
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            configuration.connectionPool.retryConnectionEstablishment = false
            return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        brisk = client(readTimeout: .seconds(60))
        patient = client(readTimeout: .minutes(15))
    }

    func shutdown() async throws {
        try await brisk.shutdown()
        try await patient.shutdown()
    }

    /// Whether `url` lies on the hub itself.
    func isOwn(_ url: String) -> Bool { URLText.origin(url) == origin }

    /// Sends until there is an answer below 400, or no hope for one.
    func send(_ request: HubRequest) async throws -> HubAnswer {
        var attempt = 1
        while true {
            do {
                return try await sendOnce(request)
            } catch {
                try Task.checkCancellation()
                guard let pause = policy.pause(after: attempt, error, retry: request.retry) else { throw error }
                let why = FailureReport.failure(for: error).message
                say("\(why); trying again in \(Units.duration(pause)) (\(attempt) of \(policy.attempts - 1))")
                try await Task.sleep(for: .seconds(pause))
                attempt += 1
            }
        }
    }

    /// Sends once and follows redirects, for callers that count progress of their own.
    func sendOnce(_ request: HubRequest) async throws -> HubAnswer {
        var request = request
        for _ in 0..<8 {
            let hasToken = request.isAuthenticated && token != nil && isOwn(request.url)
            let response = try await exchange(request, withToken: hasToken)
            guard response.status.code >= 300 else { return response }
            guard response.status.code < 400 else {
                throw await refusal(request, response, hadToken: hasToken)
            }
            guard let location = response.headers.first(name: "location"),
                let next = URLText.resolve(location, from: request.url)
            else { return response }
            if request.stopsAtForeignRedirect, URLText.origin(next) != URLText.origin(request.url) { return response }
            if request.url.hasPrefix("https://"), next.lowercased().hasPrefix("http://"), request.isAuthenticated {
                throw CommandFailure("\(origin) redirects to an unprotected address: \(next)", status: .fault)
            }
            try await drain(response)
            if [301, 302, 303].contains(response.status.code), request.method != .GET, request.method != .HEAD {
                request.method = .GET
                request.body = .none
            }
            request.url = next
        }
        throw CommandFailure("\(request.url) redirects in circles", status: .fault)
    }

    private func exchange(_ request: HubRequest, withToken: Bool) async throws -> HubAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = request.method
        outgoing.headers = request.headers
        outgoing.headers.replaceOrAdd(name: "user-agent", value: "hubctl/\(HubVersion.text)")
        if withToken, let token { outgoing.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)") }
        switch request.body {
        case .none: break
        case .bytes(let bytes): outgoing.body = .bytes(bytes)
        case .stream(_, let make): outgoing.body = make()
        }
        do {
            let client = request.isSlow ? patient : brisk
            let response = try await client.execute(outgoing, deadline: .distantFuture)
            return HubAnswer(
                status: response.status,
                headers: response.headers,
                body: response.body,
                url: request.url
            )
        } catch {
            throw Self.networkFailure(error, origin: URLText.origin(request.url) ?? request.url)
        }
    }

    private func refusal(_ request: HubRequest, _ response: HubAnswer, hadToken: Bool) async -> any Error {
        // What is lost with a body that breaks off is the wording; the status says enough.
        let body = request.method == .HEAD ? nil : try? await response.body.collect(upTo: 1 << 20)
        return HTTPFailure(
            method: request.method,
            url: request.url,
            status: response.status,
            headers: response.headers,
            body: body ?? ByteBuffer(),
            hadToken: hadToken
        )
    }

    private func drain(_ response: HubAnswer) async throws {
        for try await _ in response.body {}
    }

    /// Names what went wrong beneath HTTP; other errors pass unchanged.
    static func networkFailure(_ error: any Error, origin: String) -> any Error {
        func failure(_ kind: NetworkFailure.Kind, _ detail: String) -> NetworkFailure {
            NetworkFailure(kind: kind, origin: origin, detail: detail)
        }
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty { return failure(.unknownHost, "no address") }
            let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
            if codes.contains(ECONNREFUSED) { return failure(.refused, "connection refused") }
            let words = error.connectionErrors.map { "\($0.error)" }.joined(separator: ", ")
            let isSlow =
                codes.contains(ETIMEDOUT)
                || error.connectionErrors.contains { ($0.error as? ChannelError)?.isConnectTimeout == true }
            return failure(isSlow ? .timeout : .other, words)
        case let error as IOError:
            return failure(error.errnoCode == ECONNREFUSED ? .refused : .closed, error.localizedText)
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
                return failure(.timeout, error.shortDescription)
            case .tlsHandshakeTimeout: return failure(.tls, error.shortDescription)
            case .remoteConnectionClosed: return failure(.closed, error.shortDescription)
            case .cancelled: return CancellationError()
            default: return failure(.other, error.shortDescription)
            }
        case let error as NIOSSLError: return failure(.tls, "\(error)")
        case let error as NIOSSLExtraError: return failure(.tls, "\(error)")
        case let error as BoringSSLError: return failure(.tls, "\(error)")
        case let error as HTTPParserError: return failure(.other, "\(error)")
        case let error as ChannelError: return failure(error.isConnectTimeout ? .timeout : .closed, "\(error)")
        default: return error
        }
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}

extension IOError {
    fileprivate var localizedText: String { String(cString: strerror(errnoCode)) }
}
