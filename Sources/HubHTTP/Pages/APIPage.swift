// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubMarkdown
import Hummingbird

/// Every call of the API, to read: from the same descriptions as `/openapi.json`.
struct APIPage: RouteGroup {
    let site: Site

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/docs/api", on: router) { visit in
            var head = PageHead(title: "API")
            head.section = "api"
            head.description =
                "The calls of this hub's HTTP API: parameters, bodies, answers, and a line for the shell."
            return try site.page("api", Self.data, head, visit)
        }
    }

    /// The same for everybody; addresses begin with what the template is told of the hub's.
    private static let data: JSONObject = [
        "introduction": .string(Markdown.html(APIGuide.introduction, links: .none).html),
        "tags": .array(APITag.all.map(tag)),
        "schemas": .array(APISchemas.all.map { schema($0.name, $0.schema) }),
    ]

    private static func tag(_ tag: APITag) -> JSONValue {
        [
            "name": .string(tag.name), "summary": .string(APIPageOperation.html(tag.summary)),
            "anchor": .string(anchor(tag.name)),
            "operations": .array(tag.operations.map { .object(APIPageOperation(operation: $0).data) }),
        ]
    }

    private static func schema(_ name: String, _ schema: Schema) -> JSONValue {
        let (text, refs) = schema.outline
        return [
            "name": .string(name), "form": .string(text), "refs": .array(refs.map { .string($0) }),
            "hasRefs": .bool(!refs.isEmpty),
        ]
    }

    private static func anchor(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
}
