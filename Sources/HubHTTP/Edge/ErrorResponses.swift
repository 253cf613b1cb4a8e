// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
public import HubCore
public import Hummingbird
import NIOCore

/// Turns errors into answers. The only place that knows which code has which status.
public enum ErrorResponses {
    /// The answer for `error`, in the form the client prefers.
    /// - Parameter anonymous: whether nobody has shown valid credentials; then the unseen is 401 and not 404.
    public static func response(for error: HubError, anonymous: Bool, to request: Request) -> Response {
        if let move = error.move {
            // A name that came in a body cannot be sent on: the repo is not there.
            guard let place = RepoRedirect.location(of: request.head.path ?? "", move) else {
                return response(for: HubError.repoNotFound, anonymous: anonymous, to: request)
            }
            return .json(json(error), status: .temporaryRedirect, headers: [.location: place])
        }
        let status = status(of: error.code, anonymous: anonymous)
        var headers = HTTPFields()
        headers[.errorCode] = wireName(of: error.code)
        headers[.errorMessage] = headerSafe(headerMessage(of: error))
        if let commit = error.commit { headers[.repoCommit] = commit.description }
        if let size = error.totalSize { headers[.contentRange] = "bytes */\(size)" }
        if error.code == .overloaded || error.code == .unavailable { headers[.retryAfter] = "5" }
        if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if status == .unauthorized, GitPaths.asksForBasic(request.uri.path) {
            headers[.wwwAuthenticate] = "Basic realm=\"Vitrine: any user name, a token as password\", charset=\"UTF-8\""
        }
        if GitPaths.isGit(request.uri.path) {
            return .text(publicMessage(of: error) + "\n", status: status, headers: headers)
        }
        if GitPaths.isLFS(request.uri.path) {
            // What git-lfs shows to its user.
            let message = ",\"message\":\(quoted(publicMessage(of: error)))}"
            return .json(json(error).dropLast() + message, status: status, headers: headers)
        }
        if wantsHTML(request) { return page(status: status, message: error.message, headers: headers) }
        return .json(json(error), status: status, headers: headers)
    }

    /// An answer that has no ``HubError`` behind it: an unmatched route, a bare 500.
    public static func response(
        status: HTTPResponse.Status,
        message: String? = nil,
        headers: HTTPFields = [:],
        to request: Request
    ) -> Response {
        let message = message ?? status.reasonPhrase
        var headers = headers
        headers[.errorCode] = status.reasonPhrase.filter { $0 != " " && $0 != "-" }
        headers[.errorMessage] = headerSafe(message)
        if wantsHTML(request) { return page(status: status, message: message, headers: headers) }
        return .json("{\"error\":\(quoted(message))}", status: status, headers: headers)
    }

    /// `gated` and `repoNotFound` tell strangers to log in. A private repo and an absent one answer alike.
    static func status(of code: HubError.Code, anonymous: Bool) -> HTTPResponse.Status {
        switch code {
        case .badRequest: .badRequest
        case .unprocessable: .unprocessableContent
        case .unauthenticated, .invalidCredentials: .unauthorized
        case .forbidden, .quotaExceeded: .forbidden
        case .gated: anonymous ? .unauthorized : .forbidden
        case .repoNotFound, .moved: anonymous ? .unauthorized : .notFound
        case .revisionNotFound, .entryNotFound, .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .overloaded, .rateLimited: .tooManyRequests
        case .unsupported: .notImplemented
        case .unavailable: .serviceUnavailable
        case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .timeout: .gatewayTimeout
        default: .internalServerError
        }
    }

    /// What `X-Error-Code` says. Clients compare the first four: never rename them.
    static func wireName(of code: HubError.Code) -> String {
        switch code {
        case .repoNotFound, .moved: "RepoNotFound"
        case .revisionNotFound: "RevisionNotFound"
        case .entryNotFound: "EntryNotFound"
        case .gated: "GatedRepo"
        default: code.description.prefix(1).uppercased() + code.description.dropFirst()
        }
    }

    /// Printable ASCII of at most 1024 bytes: controls become spaces, the rest is percent-encoded UTF-8.
    static func headerSafe(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            guard out.count < 1022 else { break }
            switch byte {
            case 0x20...0x7e: out.append(byte)
            case 0x80...: out += Array("%".utf8) + Array(Hex.encode([byte]).uppercased().utf8)
            default: out.append(UInt8(ascii: " "))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Clients tell a wrong token from a private repo by this very text.
    private static func headerMessage(of error: HubError) -> String {
        error.code == .invalidCredentials ? "Invalid credentials in Authorization header" : publicMessage(of: error)
    }

    private static func json(_ error: HubError) -> String {
        let text = error.code == .invalidCredentials ? "Invalid username or password." : publicMessage(of: error)
        let url = error.url.map { ",\"url\":\(quoted($0))" } ?? ""
        return "{\"error\":\(quoted(text))\(url)}"
    }

    private static func publicMessage(of error: HubError) -> String {
        // What broke inside is for the log.
        error.code == .internal ? "Internal Server Error" : error.message
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case _ where scalar.value < 0x20: out += "\\u00" + Hex.encode([UInt8(truncatingIfNeeded: scalar.value)])
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Browsers name `text/html` first; API clients do not name it, and `/api` never answers pages.
    static func wantsHTML(_ request: Request) -> Bool {
        guard !request.uri.path.hasPrefix("/api"), let accept = request.headers[.accept] else { return false }
        let first = accept.split(separator: ",").first?.split(separator: ";").first ?? ""
        return first.trimmingPrefix(" ").lowercased().hasPrefix("text/html")
    }

    private static func page(status: HTTPResponse.Status, message: String, headers: HTTPFields) -> Response {
        HTMLPage(
            overline: "\(status.code)",
            title: status.reasonPhrase,
            body: "<p>\(HTMLText.escape(message))</p>"
        )
        .response(status: status, headers: headers)
    }
}
