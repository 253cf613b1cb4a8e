// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HTTPTypes
import HubCore
import NIOCore

/// The description of the API as OpenAPI 3.1 has it.
///
/// Only its beginning depends on who asks: the rest is written once.
enum OpenAPIDocument {
    /// All of it but `servers`, as the members of an object without the brace before them.
    private static let rest: (bytes: ByteBuffer, digest: String) = {
        var bytes = ByteBuffer()
        sections.write(into: &bytes)
        bytes.moveReaderIndex(forwardBy: 1)
        return (bytes, Hex.encode(SHA256.hash(data: Array(bytes.readableBytesView)).prefix(12)))
    }()

    /// - Parameter baseURL: of the hub, as the client knows it.
    static func json(baseURL: String) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeString("{\"openapi\":\"3.1.0\",\"servers\":[{\"url\":")
        JSONValue.write(baseURL, into: &bytes)
        bytes.writeString("}],")
        bytes.writeImmutableBuffer(rest.bytes)
        return bytes
    }

    /// - Parameter isPacked: other bytes, another strong tag.
    static func etag(baseURL: String, isPacked: Bool = false) -> ETag {
        let digest = SHA256.hash(data: Array((rest.digest + baseURL).utf8)).prefix(12)
        return ETag(Hex.encode(digest) + (isPacked ? "-gzip" : ""))
    }

    // MARK: Sections

    private static var sections: JSONObject {
        [
            "info": [
                "title": "Vitrine",
                "summary": "A model hub of one's own, in the dialect of the Hugging Face Hub.",
                "description": .string(APIGuide.introduction), "version": .string(APIGuide.version),
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "tags": .array(APITag.all.map { ["name": .string($0.name), "description": .string($0.summary)] }),
            "security": [[:], ["token": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": securitySchemes,
                "responses": .object(OpenAPIAnswers.shared),
                "headers": .object(headers),
                "schemas": .object(schemas),
            ],
        ]
    }

    private static var paths: JSONObject {
        var paths: JSONObject = [:]
        for tag in APITag.all {
            for operation in tag.operations {
                for path in operation.paths {
                    let template = template(path)
                    var methods = paths[template]?.objectValue ?? [:]
                    methods[operation.method.rawValue.lowercased()] = .object(
                        OpenAPIOperation(operation: operation, path: path, tag: tag.name).json
                    )
                    paths[template] = .object(methods)
                }
            }
        }
        return paths
    }

    /// `**` of the router is a parameter of the document.
    static func template(_ path: String) -> String {
        path.hasSuffix("/**") ? path.dropLast(2) + "{path}" : path
    }

    private static let securitySchemes: JSONValue = [
        "token": [
            "type": "http", "scheme": "bearer",
            "description": "An access token of the hub (`hf_…`), from `/settings/tokens`, `hf auth login` or OAuth.",
        ],
        "chunkToken": [
            "type": "http", "scheme": "bearer",
            "description": "A token of the chunk store, from `xet-read-token` or `xet-write-token`.",
        ],
        "client": [
            "type": "http", "scheme": "basic",
            "description": "A program's `client_id` and `client_secret`; public programs send `client_id` in the body.",
        ],
        "session": [
            "type": "apiKey", "in": "cookie", "name": .string(BrowserSession.cookieName),
            "description": "A browser that is signed in. Forms carry the session's key, too.",
        ],
    ]

    private static var headers: JSONObject {
        var headers: JSONObject = [:]
        for (name, summary) in APIHeaders.named.sorted(by: { $0.key < $1.key }) {
            headers[name] = ["description": .string(summary), "schema": ["type": "string"]]
        }
        return headers
    }

    private static var schemas: JSONObject {
        var schemas: JSONObject = [:]
        for (name, schema) in APISchemas.all { schemas[name] = .object(schema.json) }
        return schemas
    }
}
