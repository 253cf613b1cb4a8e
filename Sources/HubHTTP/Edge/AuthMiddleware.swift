// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HTTPTypes
import HubApp
import HubCore
public import Hummingbird

/// Finds out who asks: `Authorization: Bearer <token>`, or `Basic` with the token as password (git) or user name.
///
/// The chunk store takes its own tokens, and no others: they open nothing else.
///
/// A token that is not valid is an error, never an anonymous request: the client would take a private repo for absent.
///
/// The scripts of our own pages have no token. They show the session's form key (`X-Form-Key`) beside its cookie: a cookie
/// alone, which other sites can make a browser send, is nobody.
public struct AuthMiddleware: RouterMiddleware {
    public typealias Context = HubContext

    private let accounts: AccountService
    private let xet: XetService
    private let gate: RateLimitGate?
    private let browser: BrowserSession

    /// - Parameter gate: counts the requests whose token is not valid.
    init(_ hub: Hub, gate: RateLimitGate? = nil) {
        accounts = hub.accounts
        xet = hub.xet
        browser = BrowserSession(hub: hub)
        self.gate = gate
    }

    public func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let header = request.headers[.authorization], !Self.isOfProgram(header, request) {
            do {
                let token = try Self.token(header)
                if CASRoutes.takesTokens(request.uri.path) {
                    let access = try await xet.access(token)
                    context.cas = access
                    context.viewer = access.viewer
                } else {
                    context.viewer = try await accounts.viewer(token: token)
                }
            } catch let error as HubError where error.code == .invalidCredentials {
                try gate?.admit(request, context)
                throw error
            }
            context.note.account = context.viewer.name
        }
        context.viewer.origin = RequestOrigin(
            address: context.clientAddress(request)?.ipAddress,
            requestID: context.requestID.isEmpty ? nil : context.requestID
        )
        if request.headers[.authorization] == nil, let session = try await session(request, context) {
            context.viewer = session.viewer
            context.note.account = session.name
        }
        return try await next(request, context)
    }

    /// Of our pages' scripts, and of pictures and downloads that pages link to: those are only read.
    private func session(_ request: Request, _ context: HubContext) async throws -> SessionService.Session? {
        if let key = request.headers[.formKey] {
            return try await browser.require(formKey: key, request, context)
        }
        guard request.method == .get || request.method == .head, Self.isFile(request.uri.path) else { return nil }
        return try await browser.find(request, context)
    }

    private static func isFile(_ path: String) -> Bool {
        !path.hasPrefix("/api/")
            && path.split(separator: "/").prefix(4).contains { $0 == "resolve" || $0 == "raw" || $0 == "viewer-asset" }
    }

    private static func isOfProgram(_ header: String, _ request: Request) -> Bool {
        OAuthRoutes.clientPaths.contains(request.uri.path) && header.lowercased().hasPrefix("basic ")
    }

    /// - Throws: ``HubError/Code/invalidCredentials`` for a scheme or form that cannot carry a token.
    static func token(_ header: String) throws -> String {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let value = parts.dropFirst().first.map { $0.trimmingPrefix(" ") } ?? ""
        switch parts.first?.lowercased() {
        case "bearer":
            if !value.isEmpty { return String(value) }
        case "basic":
            guard let data = Data(base64Encoded: String(value)), let pair = String(data: data, encoding: .utf8) else {
                break
            }
            let halves = pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let password = halves.dropFirst().first ?? ""
            if let user = halves.first, !(password.isEmpty && user.isEmpty) {
                return String(password.isEmpty ? user : password)
            }
        default: break
        }
        throw HubError(.invalidCredentials, "Invalid credentials in Authorization header")
    }
}
