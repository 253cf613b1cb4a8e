// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Markdown as the hub shows it: what editors preview.
struct MarkdownRoutes: RouteGroup {
    private static let maximumBytes = 1 << 20

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/api/markdown") { request, _ in
            let body = try await request.jsonBody(limit: Self.maximumBytes)
            let text = try body.required("text")
            // A repo's address, to which relative links are.
            let repo = try body.optional("context")
            guard repo?.hasPrefix("/") ?? true, repo?.hasPrefix("//") != true else {
                throw HubError(.badRequest, "\"context\" must be the path of a repo on this hub")
            }
            let card = FrontMatter(readme: Array(text.utf8)).body
            let html = try await CardHTML.render(card, repo: repo ?? "", revision: "main")
            return Response.json(["html": .string(html)])
        }
    }
}
