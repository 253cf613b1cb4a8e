// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Answers as the document has them.
enum OpenAPIAnswers {
    static func of(_ operation: APIOperation, path: String) -> JSONObject {
        var answers: JSONObject = [:]
        for answer in operation.answers.sorted(by: { $0.status < $1.status }) {
            answers[String(answer.status)] = .object(json(answer))
        }
        if path.contains("/{namespace}/{name}"), answers["307"] == nil { answers["307"] = shared("Moved") }
        if GitPaths.isGit(path) {
            answers["4XX"] = shared("RefusedInWords")
            answers["5XX"] = shared("RefusedInWords")
        } else {
            let isPlain = path.hasPrefix("/api/")
            answers["4XX"] = shared(isPlain ? "Refused" : "RefusedAsAsked")
            answers["5XX"] = shared(isPlain ? "Failed" : "FailedAsAsked")
        }
        return answers
    }

    private static func shared(_ name: String) -> JSONValue { ["$ref": .string("#/components/responses/\(name)")] }

    private static func json(_ answer: APIAnswer) -> JSONObject {
        var json: JSONObject = ["description": .string(answer.summary.isEmpty ? "The answer." : answer.summary)]
        if !answer.headers.isEmpty { json["headers"] = .object(headers(answer.headers)) }
        if !answer.content.isEmpty { json["content"] = .object(content(answer.content)) }
        return json
    }

    static func content(_ content: [(type: String, schema: Schema)]) -> JSONObject {
        var json: JSONObject = [:]
        for (type, schema) in content { json[type] = ["schema": .object(schema.json)] }
        return json
    }

    private static func headers(_ names: [String]) -> JSONObject {
        var headers: JSONObject = [:]
        for name in names { headers[name] = ["$ref": .string("#/components/headers/\(name)")] }
        return headers
    }

    /// What every operation may answer.
    static var shared: JSONObject {
        let error = ["X-Error-Code", "X-Error-Message", "X-Request-Id"]
        let refused = """
            The request is refused, and why: 400 and 422 malformed, 401 no valid token or nothing to see without one, \
            403 not allowed, 404 not there, 409 in the way of something, 412 somebody was faster, 413 too large, \
            429 too often (`Retry-After`).
            """
        let failed =
            "The hub cannot do it: 501 not done here, 503 not now (`Retry-After`), 504 too slow, 507 disk full."
        let plain: [(String, Schema)] = [("application/json", .ref("Error"))]
        let asked = plain + [("text/html", .text)]
        func answer(_ summary: String, _ content: [(String, Schema)]) -> JSONValue {
            [
                "description": .string(summary), "headers": .object(headers(error)),
                "content": .object(Self.content(content)),
            ]
        }
        return [
            "Refused": answer(refused, plain), "RefusedAsAsked": answer(refused, asked),
            "RefusedInWords": answer("The request is refused, in words that git shows.", [("text/plain", .text)]),
            "Failed": answer(failed, plain), "FailedAsAsked": answer(failed, asked),
            "Moved": [
                "description": "The repository has another name now; the same request there does it.",
                "headers": .object(headers(["Location"])), "content": .object(Self.content(plain)),
            ],
        ]
    }
}
