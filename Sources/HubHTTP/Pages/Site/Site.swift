// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// The web pages: who visits, the frame around each page, and what goes with it.
struct Site: Sendable {
    let hub: Hub
    private let files: PublicFiles
    private let templates: PageTemplates

    /// `nil` where there are no templates.
    init?(hub: Hub, files: PublicFiles) {
        guard let templates = files.templates else { return nil }
        self.hub = hub
        self.files = files
        self.templates = templates
    }

    // MARK: Routes

    typealias Handler = @Sendable (PageVisit) async throws -> Response

    /// A page at `path`. Its errors are pages too.
    func get(_ path: String, on router: some RouterMethods<HubContext>, _ handler: @escaping Handler) {
        router.get(RouterPath(path)) { try await answer($0, $1, handler) }
    }

    /// The same page of models, datasets and spaces.
    /// - Parameter path: below the repo's address, with its leading slash.
    func get(
        ofEachRepo path: String,
        on router: some RouterMethods<HubContext>,
        _ handler: @escaping @Sendable (RepoKind, PageVisit) async throws -> Response
    ) {
        for kind in RepoKind.allCases {
            let prefix = kind == .model ? "" : "/\(kind.plural)"
            get("\(prefix)/{namespace}/{name}\(path)", on: router) { try await handler(kind, $0) }
        }
    }

    func answer(_ request: Request, _ context: HubContext, _ handler: Handler) async throws -> Response {
        let visit = try await visit(request, context)
        do { return try await handler(visit) } catch let error as HubError where error.move == nil {
            return try problem(error, visit)
        }
    }

    private func visit(_ request: Request, _ context: HubContext) async throws -> PageVisit {
        let session = try await BrowserSession(hub: hub).find(request, context)
        if let session { context.note.account = session.name }
        return PageVisit(
            request: request,
            context: context,
            session: session,
            viewer: session?.viewer ?? context.viewer,
            unread: try await session.asyncMap { try await hub.notifications.unreadCount(viewer: $0.viewer) } ?? 0,
            baseURL: try request.baseURL(context)
        )
    }

    // MARK: Answers

    /// The page that `template` makes of `data`.
    func page(
        _ template: String,
        _ data: JSONObject,
        _ head: PageHead,
        _ visit: PageVisit,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        var frame = frame(head, visit)
        frame["content"] = .string(try templates.render(template, data.merging(frame)))
        let html = try templates.render(head.isBare ? "bare" : "layout", frame)
        var headers = headers
        headers[.contentSecurityPolicy] = policy(head)
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "same-origin"
        headers[.vary] = "Cookie, Authorization, Accept-Encoding"
        headers[.cacheControl] = visit.viewer.isAnonymous && !head.isPrivate ? "no-cache" : "private, no-store"
        let body = ByteBuffer(string: html)
        let type = "text/html; charset=utf-8"
        guard visit.viewer.isAnonymous, status == .ok else {
            return .packed(body, type: type, visit.request, status: status, headers: headers)
        }
        return .tagged(body, type: type, visit.request, headers: headers)
    }

    /// What went wrong, and what to do about it. Who is not signed in is led there.
    private func problem(_ error: HubError, _ visit: PageVisit) throws -> Response {
        let anonymous = visit.viewer.isAnonymous
        let status = ErrorResponses.status(of: error.code, anonymous: anonymous)
        if error.code == .internal { throw error }
        let mayHelp = anonymous && (status == .unauthorized || status == .forbidden)
        var data: JSONObject = [
            "status": .int(Int64(status.code)), "reason": .string(status.reasonPhrase),
            "message": .string(error.message), "offersSignIn": .bool(mayHelp),
        ]
        if error.code == .gated, !anonymous, let repo = RepoFrame.address(visit) { data["gateURL"] = .string(repo) }
        var headers: HTTPFields = [:]
        headers[.errorCode] = ErrorResponses.wireName(of: error.code)
        headers[.errorMessage] = ErrorResponses.headerSafe(error.message)
        var head = PageHead(title: "\(status.code) \(status.reasonPhrase)")
        head.isPrivate = true
        return try page("error", data, head, visit, status: status, headers: headers)
    }

    // MARK: Frame

    private func frame(_ head: PageHead, _ visit: PageVisit) -> JSONObject {
        let path = visit.request.uri.path
        let here = path + (visit.request.uri.query.map { "?" + $0 } ?? "")
        var frame: JSONObject = [
            "title": .string(head.title), "description": .string(String(head.description.prefix(200))),
            "pageURL": .string(visit.baseURL + path), "baseURL": .string(visit.baseURL),
            "isPrivate": .bool(head.isPrivate),
            "signInURL": .string("/login?return_to=\(PercentCoding.encode(here))"),
            "style": .string(files.address("/assets/style.css")),
            "siteScript": .string(files.address("/assets/site.js")),
            // Not loaded by another: what is sent before its script is there goes the browser's own way.
            "actionsScript": .string(files.address("/assets/site/actions.js")),
            "styles": .array(head.styles.map { .string(files.address($0)) }),
            "scripts": .array(head.scripts.map { .string(files.address($0)) }),
            "in_\(head.section)": true,
        ]
        frame["image"] = head.image.map { .string(visit.baseURL + $0) }
        if let session = visit.session {
            frame["session"] = [
                "name": .string(session.name), "formKey": .string(session.formKey),
                "unread": visit.unread > 0 ? .string(Display.count(visit.unread)) : "",
                "isAdmin": .bool(session.isAdmin),
            ]
        }
        return frame
    }

    /// Nothing from elsewhere, and no script but our files.
    private func policy(_ head: PageHead) -> String {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            + "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors \(head.isEmbeddable ? "*" : "'none'")"
    }
}

extension JSONObject {
    /// These members, and those of `other` where there is none of the name.
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in other where merged[key] == nil { merged[key] = value }
        return merged
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
