// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Where people let programs in: with a device's code, or sent here by the program.
struct ConsentRoutes: RouteGroup {
    let hub: Hub

    private var browser: BrowserSession { BrowserSession(hub: hub) }

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/oauth/device", use: showDevice)
        router.post("/oauth/device/decision", use: decideDevice)
        router.get("/oauth/authorize", use: showAuthorization)
        router.post("/oauth/authorize", use: decideAuthorization)
    }

    @Sendable private func showDevice(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let session = try await browser.find(request, context) else {
            return BrowserSession.signIn(from: request)
        }
        guard let code = try request.queryItems()["user_code"], !code.isEmpty else {
            return Self.response(DeviceCodePage().page)
        }
        do {
            let question = try await hub.oauth.question(userCode: code)
            let page = ConsentPage(
                question: question,
                session: session,
                action: "/oauth/device/decision",
                fields: [(name: "user_code", value: code)],
                remark: "Only go on if the device shows \(code.uppercased().prefix(20)) and you started this yourself."
            )
            return Self.response(page.page)
        } catch let error as HubError where error.code == .notFound {
            return Self.response(DeviceCodePage(problem: error.message).page, status: .notFound)
        }
    }

    @Sendable private func decideDevice(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await request.formItems(limit: 1 << 16)
        let session = try await browser.require(form, request, context)
        let isApproved = form["decision"] == "approve"
        do {
            try await hub.oauth.decide(userCode: form["user_code"] ?? "", isApproved: isApproved, by: session.viewer)
        } catch let error as HubError where error.code == .notFound {
            return Self.response(DeviceCodePage(problem: error.message).page, status: .notFound)
        }
        let text =
            isApproved
            ? "The device goes on by itself within a few seconds. You can close this page."
            : "The device was told so. You can close this page."
        let page = HTMLPage(title: isApproved ? "The device is connected" : "Refused", body: "<p>\(text)</p>")
        return Self.response(page)
    }

    @Sendable private func showAuthorization(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let asked = try await hub.oauth.authorization(query.firstValues)
        if let refusal = asked.refusal { return try back(asked, refusing: refusal, request, context) }
        guard let session = try await browser.find(request, context) else {
            if query["prompt"] == "none" {
                return try back(asked, refusing: OAuthError(.loginRequired, "Nobody is signed in"), request, context)
            }
            return BrowserSession.signIn(from: request)
        }
        let origin = asked.redirectURI.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            .prefix(3).joined(separator: "/").prefix { $0 != "?" }
        let page = ConsentPage(
            question: asked.question,
            session: session,
            action: "/oauth/authorize",
            fields: query.all,
            remark: "It is at \(origin).",
            formTargets: [String(origin)]
        )
        return Self.response(page.page)
    }

    @Sendable private func decideAuthorization(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await request.formItems(limit: 1 << 16)
        let session = try await browser.require(form, request, context)
        let asked = try await hub.oauth.authorization(form.firstValues)
        if let refusal = asked.refusal { return try back(asked, refusing: refusal, request, context) }
        guard form["decision"] == "approve" else {
            return try back(asked, refusing: OAuthError(.accessDenied, "The user refused"), request, context)
        }
        do {
            let code = try await hub.oauth.approve(asked, by: session.viewer)
            return try back(asked, [("code", code)], request, context)
        } catch let error as OAuthError {
            return try back(asked, refusing: error, request, context)
        }
    }

    private func back(
        _ asked: OAuthService.Authorization,
        refusing error: OAuthError,
        _ request: Request,
        _ context: HubContext
    ) throws -> Response {
        try back(
            asked,
            [("error", error.code.rawValue), ("error_description", error.message)],
            request,
            context
        )
    }

    /// The browser goes back to the program.
    private func back(
        _ asked: OAuthService.Authorization,
        _ items: [(String, String)],
        _ request: Request,
        _ context: HubContext
    ) throws -> Response {
        var all = items
        if let state = asked.state { all.append(("state", state)) }
        // RFC 9207: which provider this is from.
        all.append(("iss", try request.baseURL(context)))
        let query = all.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        let joint = asked.redirectURI.contains("?") ? "&" : "?"
        return BrowserSession.redirect(to: asked.redirectURI + joint + query)
    }

    private static func response(_ page: HTMLPage, status: HTTPResponse.Status = .ok) -> Response {
        page.response(status: status, headers: [.cacheControl: "no-store"])
    }
}
