// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Collections and their items.
struct CollectionRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        let one = "/api/collections/{namespace}/{slug}"
        router.get("/api/collections", use: list)
        router.post("/api/collections", use: create)
        router.get(RouterPath(one)) { _, context in
            Response.json(try await hub.collections.collection(try context.slug(), viewer: context.viewer))
        }
        router.patch(RouterPath(one), use: update)
        router.delete(RouterPath(one)) { _, context in
            try await hub.collections.delete(try context.slug(), viewer: context.viewer)
            return Response.json(["success": true])
        }
        for (method, isSet) in [(HTTPRequest.Method.post, true), (.delete, false)] {
            router.on(RouterPath("\(one)/upvote"), method: method) { _, context in
                Response.json(
                    try await hub.collections.upvote(isSet, try context.slug(), viewer: context.viewer)
                )
            }
        }
        // Some clients write "item" where others write "items".
        for word in ["items", "item"] { router.post(RouterPath("\(one)/\(word)"), use: add) }
        router.post(RouterPath("\(one)/items/batch"), use: batch)
        router.patch(RouterPath("\(one)/items/{item}"), use: updateItem)
        router.delete(RouterPath("\(one)/items/{item}")) { _, context in
            let collection = try await hub.collections.remove(
                try context.slug(),
                item: try context.segment("item"),
                viewer: context.viewer
            )
            return Response.json(["success": true, "data": collection])
        }
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try request.queryItems()
        var query = CollectionService.Query()
        query.owners = items.all("owner", splittingCommas: true)
        query.items = items.all("item", splittingCommas: true)
        query.text = items["q"]
        query.sort = items["sort"]
        query.cursor = items["cursor"]
        query.limit = try items.int("limit", in: 1...Int.max)
        return try Response.page(try await hub.collections.list(query, viewer: context.viewer), request, context)
    }

    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let namespace = try body.optional("namespace") ?? context.viewer.name ?? ""
        let item = try body["item"].map { (type: try $0.required("type"), id: try $0.required("id")) }
        guard !context.viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to create a collection") }
        let (collection, slug, isNew) = try await hub.collections.create(
            namespace: namespace,
            try settings(body),
            item: item,
            viewer: context.viewer
        )
        guard !isNew else { return Response.json(collection) }
        let message = "You already have a collection of this title"
        return Response.json(
            ["error": .string(message), "slug": .string(slug)],
            status: .conflict,
            headers: [.errorCode: "Conflict", .errorMessage: message]
        )
    }

    @Sendable private func update(_ request: Request, _ context: HubContext) async throws -> Response {
        let collection = try await hub.collections.update(
            try context.slug(),
            try settings(try await request.jsonBody()),
            viewer: context.viewer
        )
        return Response.json(["success": true, "data": collection])
    }

    private func settings(_ body: JSONValue) throws -> CollectionService.Settings {
        var settings = CollectionService.Settings()
        settings.title = try body.optional("title")
        settings.description = try body.optional("description")
        settings.isPrivate = body["private"]?.boolValue
        settings.theme = try body.optional("theme")
        settings.position = body["position"]?.intValue
        return settings
    }

    @Sendable private func add(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        guard let item = body["item"] else { throw HubError(.badRequest, "\"item\" must say \"type\" and \"id\"") }
        let collection = try await hub.collections.add(
            try context.slug(),
            type: try item.required("type"),
            try item.required("id"),
            note: try body.optional("note"),
            viewer: context.viewer
        )
        return Response.json(collection)
    }

    @Sendable private func updateItem(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let collection = try await hub.collections.update(
            try context.slug(),
            items: [try change(of: try context.segment("item"), body)],
            viewer: context.viewer
        )
        return Response.json(["success": true, "data": collection])
    }

    @Sendable private func batch(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        guard let actions = body.arrayValue else { throw HubError(.badRequest, "The body must be a list of actions") }
        let changes = try actions.map { action in
            guard try action.required("action") == "update" else {
                throw HubError(.badRequest, "\"action\" must be update")
            }
            return try change(of: try action.required("_id"), action["data"] ?? [:])
        }
        let collection = try await hub.collections.update(try context.slug(), items: changes, viewer: context.viewer)
        return Response.json(["success": true, "data": collection])
    }

    private func change(of item: String, _ body: JSONValue) throws -> CollectionService.ItemChange {
        CollectionService.ItemChange(
            item: item,
            note: try body.optional("note"),
            position: body["position"]?.intValue
        )
    }
}

extension HubContext {
    fileprivate func slug() throws -> String { "\(try segment("namespace"))/\(try segment("slug"))" }
}
