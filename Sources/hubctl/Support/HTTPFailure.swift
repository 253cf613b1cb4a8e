// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import NIOHTTP1

/// An answer of 400 and above, with what the server said about it.
struct HTTPFailure: Error, Sendable {
    let method: HTTPMethod
    let url: String
    let status: Int
    /// `X-Error-Code`: `RepoNotFound`, `RevisionNotFound`, `EntryNotFound`, `GatedRepo`.
    let code: String?
    /// What the server says is wrong; its status when it says nothing.
    let message: String
    let requestID: String?
    /// Whether a token went with the request.
    let hadToken: Bool
    /// Seconds after which the server wants to be asked again.
    let retryAfter: Double?

    init(
        method: HTTPMethod,
        url: String,
        status: HTTPResponseStatus,
        headers: HTTPHeaders,
        body: ByteBuffer,
        hadToken: Bool
    ) {
        self.method = method
        self.url = url
        self.status = Int(status.code)
        self.hadToken = hadToken
        code = headers.first(name: "x-error-code")
        requestID = headers.first(name: "x-request-id")
        retryAfter = headers.first(name: "retry-after").flatMap(Double.init)
        message = Self.message(status: status, headers: headers, body: body)
    }

    /// The header, then `error` and `errors` of the JSON body, then a short body of plain text.
    private static func message(status: HTTPResponseStatus, headers: HTTPHeaders, body: ByteBuffer) -> String {
        var parts: [String] = []
        func add(_ text: String?) {
            guard let text, !text.isEmpty, !parts.contains(text) else { return }
            parts.append(text)
        }
        add(headers.first(name: "x-error-message"))
        // A body that is not JSON is a proxy's page or plain text: handled below.
        if let json = try? JSONValue(parsing: body) {
            add(json["error"]?.stringValue ?? json["message"]?.stringValue)
            json["error"]?.arrayValue?.forEach { add($0.stringValue) }
            json["errors"]?.arrayValue?.forEach { add($0["message"]?.stringValue ?? $0.stringValue) }
        } else if headers.first(name: "content-type")?.hasPrefix("text/plain") == true {
            add(String(buffer: body).split(separator: "\n").first.map { String($0.prefix(300)) })
        }
        return parts.isEmpty ? "\(status.code) \(status.reasonPhrase)" : parts.joined(separator: "; ")
    }
}

/// The connection failed before there was an answer.
struct NetworkFailure: Error, Sendable {
    enum Kind: Sendable, Hashable {
        case refused, unknownHost, timeout, tls, closed, other
    }

    let kind: Kind
    let origin: String
    let detail: String
}
