// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Signing in with a browser: by password, by an access token, or through an identity provider.
struct SignInRoutes: BrowserRouteGroup {
    private static let tripCookie = "vitrine_sign_on"

    let hub: Hub
    let signOn: SignOnService?

    private var browser: BrowserSession { BrowserSession(hub: hub) }

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/login", use: show)
        router.post("/login", use: signIn)
        router.post("/logout", use: signOut)
        router.get("/login/oidc", use: depart)
        router.get("/login/oidc/callback", use: arrive)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try await browser.find(request, context)
        let place = BrowserSession.place(try request.queryItems()["return_to"])
        return page(place, session)
    }

    @Sendable private func signIn(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await request.formItems(limit: 1 << 16)
        try BrowserSession.checkOrigin(request, context)
        let place = BrowserSession.place(form["return_to"])
        let token = (form["token"] ?? "").filter { !$0.isWhitespace }
        let name = form["name"] ?? ""
        let isToken = !token.isEmpty || form["name"] == nil
        do {
            let origin = BrowserSession.origin(request, context)
            let begun =
                isToken
                ? try await begin(token, origin)
                : try await hub.passwords.signIn(name, password: form["password"] ?? "", from: origin)
            context.note.account = begun.name
            return BrowserSession.redirect(
                to: place,
                cookies: [try BrowserSession.cookie(begun.secret, lifetime: begun.lifetime, request, context)]
            )
        } catch let error as HubError where Self.answers.contains(error.code) {
            return page(place, nil, problem: error, name: name, wasToken: isToken)
        }
    }

    private func begin(_ token: String, _ origin: BrowserOrigin) async throws -> SessionService.Begun {
        guard !token.isEmpty else { throw HubError(.badRequest, "There is no token") }
        do { return try await hub.sessions.begin(token: token, from: origin) } catch let error as HubError
            where error.code == .invalidCredentials
        {
            throw HubError(.invalidCredentials, "This token is not known here, or has ended")
        }
    }

    /// What is told in the page.
    private static let answers: Set<HubError.Code> = [
        .badRequest, .invalidCredentials, .forbidden, .rateLimited, .overloaded,
    ]

    @Sendable private func signOut(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await request.formItems(limit: 1 << 16)
        if try await browser.find(request, context) != nil {
            _ = try await browser.require(form, request, context)
            if let secret = request.cookie(BrowserSession.cookieName) { try await hub.sessions.end(secret) }
        }
        return BrowserSession.redirect(
            to: "/login",
            cookies: [try BrowserSession.cookie("", lifetime: 0, request, context)]
        )
    }

    @Sendable private func depart(_ request: Request, _ context: HubContext) async throws -> Response {
        let place = BrowserSession.place(try request.queryItems()["return_to"])
        let departure = try await service().depart(callback: try callback(request, context), returnTo: place)
        let cookie = try tripCookie(departure.cookie, departure.cookieLifetime, request, context)
        return BrowserSession.redirect(to: departure.url, cookies: [cookie])
    }

    @Sendable private func arrive(_ request: Request, _ context: HubContext) async throws -> Response {
        let arrival = try await service().arrive(
            try request.queryItems().firstValues,
            cookie: request.cookie(Self.tripCookie),
            callback: try callback(request, context),
            session: try await browser.find(request, context),
            from: BrowserSession.origin(request, context)
        )
        context.note.account = arrival.session.name
        return BrowserSession.redirect(
            to: arrival.returnTo,
            cookies: [
                try BrowserSession.cookie(arrival.session.secret, lifetime: arrival.session.lifetime, request, context),
                try tripCookie("", 0, request, context),
            ]
        )
    }

    private func service() throws -> SignOnService {
        guard let signOn else { throw HubError(.notFound, "This hub has no identity provider (setting oidc-issuer)") }
        return signOn
    }

    private func callback(_ request: Request, _ context: HubContext) throws -> String {
        try request.baseURL(context) + "/login/oidc/callback"
    }

    private func tripCookie(
        _ value: String,
        _ lifetime: Int64,
        _ request: Request,
        _ context: HubContext
    ) throws -> String {
        try BrowserSession.cookie(value, named: Self.tripCookie, lifetime: lifetime, request, context)
    }

    private func page(
        _ place: String,
        _ session: SessionService.Session?,
        problem: HubError? = nil,
        name: String = "",
        wasToken: Bool = false
    ) -> Response {
        SignInPage(
            returnTo: place,
            provider: signOn?.settings.name,
            session: session,
            offersSignUp: hub.signUps.policy == .open,
            problem: problem?.message,
            name: String(name.prefix(254)),
            wasToken: wasToken
        ).page.response(
            status: problem.map { ErrorResponses.status(of: $0.code, anonymous: false) } ?? .ok,
            headers: BrowserSession.headers(for: problem)
        )
    }
}
