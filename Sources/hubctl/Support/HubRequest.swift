// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

/// One call of a hub's API.
struct HubRequest: Sendable {
    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        /// Made anew for each attempt; `length` in bytes.
        case stream(length: Int64, make: @Sendable () -> HTTPClientRequest.Body)
    }

    /// What may be tried again after a failure.
    enum Retry: Sendable {
        /// Anything that may pass: the call can be repeated without harm.
        case always
        /// Only what surely had no effect: no connection, or refused for load.
        case untouched
    }

    var method: HTTPMethod
    /// Absolute, encoded.
    var url: String
    var headers = HTTPHeaders()
    var body = Body.none
    var retry = Retry.always
    /// Whether the token goes along (to the hub's own origin only).
    var isAuthenticated = true
    /// Whether a redirect to another origin is answered to the caller rather than followed.
    var stopsAtForeignRedirect = false
    /// Whether the server may think for minutes before it answers (a commit, the check of a large upload).
    var isSlow = false

    init(_ method: HTTPMethod, _ url: String) {
        self.method = method
        self.url = url
    }

    func json(_ value: JSONValue, type: String = "application/json") -> HubRequest {
        var buffer = ByteBuffer()
        value.write(into: &buffer)
        var copy = self
        copy.body = .bytes(buffer)
        copy.headers.replaceOrAdd(name: "content-type", value: type)
        return copy
    }

    func form(_ items: [(String, String)]) -> HubRequest {
        var copy = self
        copy.body = .bytes(ByteBuffer(string: URLText.form(items)))
        copy.headers.replaceOrAdd(name: "content-type", value: "application/x-www-form-urlencoded")
        return copy
    }

    func header(_ name: String, _ value: String) -> HubRequest {
        var copy = self
        copy.headers.replaceOrAdd(name: name, value: value)
        return copy
    }
}

/// The head of an answer below 400, and its body as it comes.
struct HubAnswer: Sendable {
    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
    /// Where the answer came from, after redirects.
    let url: String

    /// The next page, as `Link: <url>; rel="next"` names it.
    var nextPage: String? { headers["link"].lazy.compactMap(Self.nextPage).first }

    static func nextPage(_ link: String) -> String? {
        for part in link.split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let url = pieces.first, url.hasPrefix("<"), url.hasSuffix(">") else { continue }
            if pieces.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" }) {
                return String(url.dropFirst().dropLast())
            }
        }
        return nil
    }
}
