// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore

/// One operation as its template shows it.
struct APIPageOperation {
    let operation: APIOperation

    var data: JSONObject {
        let method = operation.method.rawValue
        var data: JSONObject = [
            "method": .string(method), "verb": .string(method.lowercased()), "path": .string(shown(operation.path)),
            "also": .array(operation.also.map { .string(shown($0)) }), "summary": .string(operation.summary),
            "about": .string(Self.html(operation.description)), "anchor": .string(anchor), "access": .string(access),
            "parameters": .array(pathParameters + operation.parameters.map(parameter)),
            "answers": .array(operation.answers.sorted { $0.status < $1.status }.map(answer)),
            "curlOptions": .string(curlOptions), "curlPath": .string(examplePath + exampleQuery),
        ]
        data["hasParameters"] = .bool(!pathParameters.isEmpty || !operation.parameters.isEmpty)
        if let body = operation.body {
            data["body"] = ["summary": .string(Self.html(body.summary)), "forms": .array(forms(body.content))]
        }
        return data
    }

    /// What is between backticks is code, as in the document's Markdown; the rest is text.
    static func html(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, piece in
            let safe = HTMLText.escape(String(piece))
            return index.isMultiple(of: 2) ? safe : "<code>\(safe)</code>"
        }.joined()
    }

    private func shown(_ path: String) -> String { OpenAPIDocument.template(path) }

    /// Stays the same while method and path do.
    private var anchor: String {
        let words = shown(operation.path).split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return ([Substring(operation.method.rawValue.lowercased())] + words).joined(separator: "-")
    }

    private var access: String {
        switch operation.access {
        case .anybody: ""
        case .token: "needs a token"
        case .chunkToken: "needs a token of the chunk store"
        case .signature: "signed address"
        case .client: "names its program"
        case .session: "in a browser"
        }
    }

    // MARK: Tables

    private var names: [String] {
        shown(operation.path).split(separator: "/").compactMap { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
        }
    }

    private var pathParameters: [JSONValue] {
        names.map { name in
            let meaning = APIPathParameters.named[name]
            return [
                "name": .string(name), "place": "path", "form": .string(meaning?.schema.outline.text ?? "string"),
                "about": .string(Self.html(name == "path" ? operation.rest : meaning?.summary ?? "")),
            ]
        }
    }

    private func parameter(_ parameter: APIParameter) -> JSONValue {
        [
            "name": .string(parameter.name), "place": .string(parameter.place),
            "about": .string(Self.html(parameter.summary)),
            "form": .string(parameter.schema.outline.text + (parameter.isRepeated ? ", repeatable" : "")),
            "isRequired": .bool(parameter.isRequired),
        ]
    }

    private func forms(_ content: [(type: String, schema: Schema)]) -> [JSONValue] {
        var seen: [(types: [String], text: String, refs: [String])] = []
        for (type, schema) in content {
            let (text, refs) = schema.outline
            if let index = seen.firstIndex(where: { $0.text == text }) {
                seen[index].types.append(type)
            } else {
                seen.append((types: [type], text: text, refs: refs))
            }
        }
        return seen.map { form in
            // Bytes and plain text have no more form than their type says.
            let isPlain = form.text == "string" || form.text == "any"
            return [
                "types": .string(form.types.joined(separator: ", ")), "form": isPlain ? "" : .string(form.text),
                "refs": .array(form.refs.map { .string($0) }), "hasRefs": .bool(!form.refs.isEmpty),
            ]
        }
    }

    private func answer(_ answer: APIAnswer) -> JSONValue {
        [
            "status": .int(Int64(answer.status)), "about": .string(Self.html(answer.summary)),
            "forms": .array(forms(answer.content)), "headers": .string(answer.headers.joined(separator: ", ")),
        ]
    }

    // MARK: The line for a shell

    private var examplePath: String {
        shown(operation.path).split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return "/" + segment }
            let name = String(segment.dropFirst().dropLast())
            if name == "path" { return "/" + (operation.path.contains("{revision}") ? "config.json" : "PATH") }
            let example = APIPathParameters.named[name]?.schema.example
            let text = example?.stringValue ?? example?.intValue.map(String.init) ?? ""
            return "/" + (text.isEmpty || text == "…" ? name.uppercased() : text)
        }.joined()
    }

    private var exampleQuery: String {
        let items = operation.parameters.filter { $0.isRequired && $0.place == "query" }.map { item in
            let text = item.schema.example.stringValue ?? ""
            return "\(item.name)=\(text.isEmpty || text == "…" ? item.name.uppercased() : text)"
        }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    private var curlOptions: String {
        var options: [String] = []
        switch operation.method {
        case .get: break
        case .head: options.append("--head")
        case let method: options.append("-X \(method.rawValue)")
        }
        if operation.access == .token { options.append("-H \"Authorization: Bearer $HF_TOKEN\"") }
        if operation.access == .chunkToken { options.append("-H \"Authorization: Bearer $XET_TOKEN\"") }
        if let (type, schema) = operation.body?.content.first {
            if type.hasSuffix("json"), !type.hasSuffix("ndjson") {
                let json = schema.example.serialized.replacing("'", with: "'\\''")
                options.append("-H 'Content-Type: \(type)' -d '\(json)'")
            } else if type == "application/x-www-form-urlencoded" {
                for (name, value) in schema.example.objectValue ?? [:] {
                    options.append("-d \(name)=\(value.stringValue ?? value.serialized)")
                }
            } else if type.contains("*") {
                options.append("--data-binary @FILE")
            } else {
                options.append("-H 'Content-Type: \(type)' --data-binary @FILE")
            }
        }
        return options.joined(separator: " ")
    }
}
