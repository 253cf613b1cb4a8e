// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore

/// One operation at one of its paths, as the document has it.
struct OpenAPIOperation {
    let operation: APIOperation
    /// As the router has it.
    let path: String
    let tag: String

    var json: JSONObject {
        var json: JSONObject = [
            "operationId": .string(id), "tags": [.string(tag)], "summary": .string(operation.summary),
        ]
        if !operation.description.isEmpty { json["description"] = .string(operation.description) }
        if let security { json["security"] = security }
        let parameters = pathParameters + operation.parameters.map(parameter)
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if let body = operation.body {
            var request: JSONObject = [
                "required": .bool(!body.isOptional), "content": .object(OpenAPIAnswers.content(body.content)),
            ]
            if !body.summary.isEmpty { request["description"] = .string(body.summary) }
            json["requestBody"] = .object(request)
        }
        json["responses"] = .object(OpenAPIAnswers.of(operation, path: path))
        return json
    }

    /// Method and path in one word, so that no two are the same.
    private var id: String {
        let words = path.replacing("**", with: "path").split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return ([Substring(operation.method.rawValue.lowercased())] + words).joined(separator: "_")
    }

    private var security: JSONValue? {
        switch operation.access {
        case .anybody: nil
        case .token: [["token": []]]
        case .chunkToken: [["chunkToken": []]]
        case .signature: []
        case .client: [[:], ["client": []]]
        case .session: [["session": []]]
        }
    }

    private var pathParameters: [JSONValue] {
        OpenAPIDocument.template(path).split(separator: "/").flatMap { Self.names($0) }.map { name in
            if name == "path" {
                return [
                    "name": "path", "in": "path", "required": true, "schema": ["type": "string"],
                    "description": .string(operation.rest + " It may hold slashes, as they are or as `%2F`."),
                ]
            }
            let meaning = APIPathParameters.named[name]
            return [
                "name": .string(name), "in": "path", "required": true,
                "schema": .object(meaning?.schema.json ?? Schema.text.json),
                "description": .string(meaning?.summary ?? ""),
            ]
        }
    }

    /// What is in braces.
    private static func names(_ segment: Substring) -> [String] {
        guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return [] }
        return [String(segment.dropFirst().dropLast())]
    }

    private func parameter(_ parameter: APIParameter) -> JSONValue {
        let schema = parameter.isRepeated ? Schema.list(parameter.schema) : parameter.schema
        return [
            "name": .string(parameter.name), "in": .string(parameter.place), "required": .bool(parameter.isRequired),
            "description": .string(parameter.summary), "schema": .object(schema.json),
        ]
    }
}
