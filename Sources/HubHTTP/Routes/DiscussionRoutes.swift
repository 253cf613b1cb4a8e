// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Discussions and pull requests.
struct DiscussionRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        let base = "/api/{kind}/{namespace}/{name}/discussions"
        let one = "\(base)/{number}"
        router.get(RouterPath(base), use: list)
        router.post(RouterPath(base), use: open)
        router.get(RouterPath(one), use: details)
        router.post(RouterPath("\(one)/comment"), use: comment)
        router.post(RouterPath("\(one)/review"), use: review)
        router.post(RouterPath("\(one)/comment/{comment}/edit"), use: edit)
        router.post(RouterPath("\(one)/comment/{comment}/hide"), use: hide)
        router.post(RouterPath("\(one)/comment/{comment}/reaction")) { try await react(true, $0, $1) }
        router.delete(RouterPath("\(one)/comment/{comment}/reaction")) { try await react(false, $0, $1) }
        router.post(RouterPath("\(one)/status"), use: status)
        router.post(RouterPath("\(one)/title"), use: title)
        router.post(RouterPath("\(one)/merge"), use: merge)
        router.post(RouterPath("\(one)/pin"), use: pin)
        router.post(RouterPath("\(one)/lock"), use: lock)
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try request.queryItems()
        var query = DiscussionService.Query()
        query.type = items["type"]
        query.status = items["status"]
        query.author = items["author"]
        query.page = Int64(try items.int("p", in: 0...Int(Int32.max)) ?? 0)
        query.limit = try items.int("limit", in: 1...Int(Int32.max)).map(Int64.init)
        let (json, total) = try await hub.discussions.list(
            try context.kind(),
            try context.repoID(),
            query,
            viewer: context.viewer
        )
        return Response.json(json, headers: [.totalCount: String(total)])
    }

    @Sendable private func open(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        var new = DiscussionService.New(title: try body.required("title"))
        new.description = try body.optional("description") ?? ""
        new.isPullRequest = body["pullRequest"]?.boolValue ?? false
        new.base = try body.optional("base")
        let (kind, id) = (try context.kind(), try context.repoID())
        let number = try await hub.discussions.open(kind, id, new, viewer: context.viewer)
        let page = "\(try request.baseURL(context))/\(kind.urlPrefix)\(id)/discussions/\(number)"
        return Response.json([
            "num": .int(number), "url": .string(page), "pullRequest": .bool(new.isPullRequest),
        ])
    }

    @Sendable private func details(_ request: Request, _ context: HubContext) async throws -> Response {
        let answer = try await hub.discussions.details(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            diff: try request.queryItems().bool("diff"),
            viewer: context.viewer
        )
        return Response.json(answer)
    }

    @Sendable private func comment(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let (kind, id, number) = (try context.kind(), try context.repoID(), try context.discussionNumber())
        let text = try body.required("comment")
        guard let path = try body.optional("path") else {
            let event = try await hub.discussions.comment(kind, id, number, text, viewer: context.viewer)
            return Response.json(["newMessage": event])
        }
        var line: Int64?
        if let value = body["line"], !value.isNull {
            guard let number = value.intValue else { throw HubError(.badRequest, "\"line\" must be a number") }
            line = number
        }
        let place = try ReviewPlace(path: path, line: line)
        let event = try await hub.discussions.comment(kind, id, number, text, at: place, viewer: context.viewer)
        return Response.json(["newMessage": event])
    }

    @Sendable private func review(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        guard let verdict = ReviewVerdict(rawValue: try body.required("verdict")) else {
            throw HubError(.badRequest, "\"verdict\" must be approve or request-changes")
        }
        let event = try await hub.discussions.review(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            verdict,
            comment: try body.optional("comment"),
            viewer: context.viewer
        )
        return Response.json(["newReview": event])
    }

    @Sendable private func edit(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let event = try await hub.discussions.edit(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            comment: try context.segment("comment"),
            try body.required("content"),
            viewer: context.viewer
        )
        return Response.json(["updatedComment": event])
    }

    @Sendable private func hide(_ request: Request, _ context: HubContext) async throws -> Response {
        let event = try await hub.discussions.hide(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            comment: try context.segment("comment"),
            viewer: context.viewer
        )
        return Response.json(["updatedComment": event])
    }

    private func react(_ isSet: Bool, _ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let event = try await hub.discussions.react(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            comment: try context.segment("comment"),
            try body.required("reaction"),
            isSet: isSet,
            viewer: context.viewer
        )
        return Response.json(["updatedComment": event])
    }

    @Sendable private func status(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let status: DiscussionStatus
        switch try body.required("status") {
        case "open": status = .open
        case "closed": status = .closed
        default: throw HubError(.badRequest, "\"status\" must be open or closed")
        }
        let event = try await hub.discussions.setStatus(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            status,
            comment: try body.optional("comment"),
            viewer: context.viewer
        )
        return Response.json(["newStatus": event])
    }

    @Sendable private func title(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let event = try await hub.discussions.rename(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            try body.required("title"),
            viewer: context.viewer
        )
        return Response.json(["newTitle": event])
    }

    @Sendable private func merge(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.optionalJSONBody()
        let method = try body.optional("method").map { text in
            guard let method = MergeMethod(rawValue: text) else {
                let names = MergeMethod.allCases.map(\.rawValue).joined(separator: ", ")
                throw HubError(.badRequest, "\"method\" must be one of \(names)")
            }
            return method
        }
        let oid = try await hub.discussions.merge(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            method: method,
            comment: try body.optional("comment"),
            viewer: context.viewer
        )
        return Response.json(["success": true, "mergeCommitId": .string(oid.hex)])
    }

    @Sendable private func pin(_ request: Request, _ context: HubContext) async throws -> Response {
        let isPinned = try await request.optionalJSONBody()["pinned"]?.boolValue ?? true
        try await hub.discussions.pin(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            isPinned,
            viewer: context.viewer
        )
        return Response.json(["pinned": .bool(isPinned)])
    }

    @Sendable private func lock(_ request: Request, _ context: HubContext) async throws -> Response {
        let isLocked = try await request.optionalJSONBody()["locked"]?.boolValue ?? true
        try await hub.discussions.lock(
            try context.kind(),
            try context.repoID(),
            try context.discussionNumber(),
            isLocked,
            viewer: context.viewer
        )
        return Response.json(["locked": .bool(isLocked)])
    }
}

extension HubContext {
    /// What is no number names no discussion; which repo it is of does not matter then.
    func discussionNumber() throws -> Int64 {
        let text = try segment("number")
        guard let number = Int64(text), number > 0 else {
            throw HubError(.badRequest, "The number of a discussion is a whole one above 0")
        }
        return number
    }
}
