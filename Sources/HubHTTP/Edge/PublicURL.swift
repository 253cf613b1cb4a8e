// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
public import Hummingbird

/// How the server finds the address it is known by.
public struct PublicURL: Sendable {
    /// What the operator says, without a slash at the end: then nothing in a request changes it.
    public var configured: String?
    /// Whether a proxy in front sets `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-For`.
    public var trustsForwardedHeaders = false
    /// Whether we speak TLS ourselves.
    public var isTLS = false

    public init(configured: String? = nil, trustsForwardedHeaders: Bool = false, isTLS: Bool = false) {
        self.configured = configured
        self.trustsForwardedHeaders = trustsForwardedHeaders
        self.isTLS = isTLS
    }

    /// The base of absolute URLs in the answer to `request`: scheme and host, without a slash at the end.
    /// - Throws: ``HubError/Code/badRequest`` when the request names a host that cannot be one.
    public func base(of request: Request) throws -> String {
        if let configured { return configured }
        var scheme = isTLS ? "https" : "http"
        var host = request.head.authority ?? request.headers[.host] ?? ""
        if trustsForwardedHeaders {
            // The first of a list is what the outermost proxy saw.
            if let proto = Self.first(request.headers[.forwardedProto])?.lowercased(),
                ["http", "https"].contains(proto)
            {
                scheme = proto
            }
            if let forwarded = Self.first(request.headers[.forwardedHost]) { host = forwarded }
        }
        guard Self.isHost(host) else { throw HubError(.badRequest, "The Host header is not a host") }
        return "\(scheme)://\(host)"
    }

    private static func first(_ header: String?) -> String? {
        header?.split(separator: ",").first.map { $0.filter { $0 != " " && $0 != "\t" } }
    }

    /// A name, an IPv4 address or a bracketed IPv6 address, with or without a port. Nothing that could end a header, a
    /// quoted attribute or the host part of a URL.
    static func isHost(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count) else { return false }
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = rest[rest.startIndex..<end].dropFirst()
            guard inside.count >= 2,
                inside.allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return false }
            rest = rest[end...].dropFirst()
        } else {
            let name = rest.prefix { $0 != UInt8(ascii: ":") }
            guard !name.isEmpty, name.allSatisfy(isNameByte) else { return false }
            rest = rest.dropFirst(name.count)
        }
        guard !rest.isEmpty else { return true }
        let port = rest.dropFirst()
        return rest.first == UInt8(ascii: ":") && (1...5).contains(port.count)
            && port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Request {
    /// The base of absolute URLs in this request's answer.
    /// - Throws: ``HubError/Code/badRequest`` when the request names a host that cannot be one.
    func baseURL(_ context: HubContext) throws -> String {
        try context.publicURL.base(of: self)
    }
}

/// Puts the policy into the context.
struct PublicURLMiddleware: RouterMiddleware {
    let publicURL: PublicURL

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.publicURL = publicURL
        return try await next(request, context)
    }
}
