// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// The session that a browser's cookie stands for, for routes that answer pages.
struct BrowserSession {
    static let cookieName = "vitrine_session"

    let hub: Hub

    func find(_ request: Request, _ context: HubContext) async throws -> SessionService.Session? {
        try await hub.sessions.find(request.cookie(Self.cookieName), origin: context.viewer.origin)
    }

    /// The session of a form that was sent from one of our own pages.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden``.
    func require(_ form: QueryItems, _ request: Request, _ context: HubContext) async throws -> SessionService.Session {
        try await require(formKey: form["form_key"], request, context)
    }

    /// The session that a request from one of our own pages shows the key of.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden``.
    func require(
        formKey: String?,
        _ request: Request,
        _ context: HubContext
    ) async throws -> SessionService.Session {
        try Self.checkOrigin(request, context)
        guard let session = try await find(request, context) else {
            throw HubError(.unauthenticated, "You are not signed in any more; sign in again")
        }
        guard hub.sessions.isValid(formKey, of: session) else {
            throw HubError(.forbidden, "The form is not of this session; go back and load the page again")
        }
        return session
    }

    /// Where somebody signs in from.
    static func origin(_ request: Request, _ context: HubContext) -> BrowserOrigin {
        BrowserOrigin(
            origin: context.viewer.origin,
            agent: request.headers[.userAgent],
            network: network(request, context),
            formerSecret: request.cookie(cookieName)
        )
    }

    /// What failed tries are counted for.
    static func network(_ request: Request, _ context: HubContext) -> String {
        "\(ClientNetwork(context.clientAddress(request)))"
    }

    /// Browsers say which page a form is from: not one of another site.
    static func checkOrigin(_ request: Request, _ context: HubContext) throws {
        if let site = request.headers[.fetchSite], site != "same-origin", site != "none" {
            throw HubError(.forbidden, "The form was sent from another site")
        }
        let own = try request.baseURL(context)
        if let origin = request.headers[.origin], origin != own {
            // Behind a proxy that speaks TLS the hub may not know its own name.
            throw HubError(
                .forbidden,
                "The form was sent from \(origin.prefix(200)), and this hub takes itself for \(own). If both are this "
                    + "hub, its operator sets public-url"
            )
        }
    }

    static func cookie(
        _ value: String,
        named name: String = cookieName,
        lifetime: Int64,
        _ request: Request,
        _ context: HubContext
    ) throws -> String {
        let isSecure = try request.baseURL(context).hasPrefix("https://")
        return Cookie(name: name, value: value, lifetime: lifetime, isSecure: isSecure).header
    }

    /// A place on this hub; anything else is the sign-in page.
    static func place(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 4000,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/login" }
        return text
    }

    /// Of a page about signing in that tells of `error`.
    static func headers(for error: HubError?) -> HTTPFields {
        var headers: HTTPFields = [.cacheControl: "no-store", .referrerPolicy: "same-origin"]
        guard let error else { return headers }
        headers[.errorCode] = ErrorResponses.wireName(of: error.code)
        if let seconds = error.retryAfter ?? (error.code == .overloaded ? 5 : nil) {
            headers[.retryAfter] = "\(seconds)"
        }
        return headers
    }

    /// To the sign-in page and back to where the browser is now.
    static func signIn(from request: Request) -> Response {
        let back = request.uri.path + (request.uri.query.map { "?" + $0 } ?? "")
        return redirect(to: "/login?return_to=\(PercentCoding.encode(back))")
    }

    /// To another page, which is asked for with GET.
    static func redirect(to place: String, cookies: [String] = []) -> Response {
        var headers: HTTPFields = [.location: place, .cacheControl: "no-store"]
        for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return Response(status: .seeOther, headers: headers)
    }
}
