// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Making an account with a browser, where the setting `sign-up` lets people.
struct SignUpRoutes: BrowserRouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/join", use: show)
        router.post("/join", use: join)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let code = try request.queryItems()["invitation"] ?? ""
        var page = SignUpPage()
        page.form.invitation = code
        do {
            try await hub.signUps.check(invitation: code)
        } catch let error as HubError where Self.answers.contains(error.code) {
            page.isOpen = false
            page.problem = error.message
            return Self.answer(page, error)
        }
        return Self.answer(page, nil)
    }

    @Sendable private func join(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try await request.formItems(limit: 1 << 16)
        try BrowserSession.checkOrigin(request, context)
        let form = SignUpService.Form(
            name: items["name"] ?? "",
            fullName: items["full_name"] ?? "",
            email: items["email"] ?? "",
            password: items["password"] ?? "",
            invitation: items["invitation"] ?? ""
        )
        var page = SignUpPage(form: form)
        do {
            guard items["password"] == items["repeat"] else {
                throw HubError(.unprocessable, "The two passwords are not the same")
            }
            let begun = try await hub.signUps.join(form, from: BrowserSession.origin(request, context))
            context.note.account = begun.name
            return BrowserSession.redirect(
                to: "/\(begun.name)",
                cookies: [try BrowserSession.cookie(begun.secret, lifetime: begun.lifetime, request, context)]
            )
        } catch let error as HubError where Self.answers.contains(error.code) {
            page.problem = error.message
            page.isOpen = error.code != .forbidden
            return Self.answer(page, error)
        }
    }

    /// What is told in the page.
    private static let answers: Set<HubError.Code> = [
        .badRequest, .unprocessable, .conflict, .forbidden, .rateLimited, .overloaded,
    ]

    private static func answer(_ page: SignUpPage, _ error: HubError?) -> Response {
        let status = error.map { ErrorResponses.status(of: $0.code, anonymous: false) } ?? .ok
        // The address has the invitation's code: it is not for others.
        return page.page.response(status: status, headers: BrowserSession.headers(for: error))
    }
}
