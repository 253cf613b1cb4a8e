// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import HubTestSupport
import Hummingbird
import Testing

@testable import HubHTTP

/// The descriptions of calls say what the router does, and nothing else.
@Suite struct OpenAPIDocumentTests {
    /// "METHOD path" of every route for programs: what remains without `Public` and without the groups for browsers.
    private static func routes(of test: TestHub) -> Set<String> {
        let inference = InferenceService(hub: test.hub, backend: nil)
        let groups = HubRoutes.groups(
            test.hub,
            inference: inference,
            signOn: nil,
            settings: [],
            metrics: Metrics(),
            hasPages: false
        )
        .filter { !($0 is any BrowserRouteGroup) }
        let router = edgeRouter(metrics: Metrics(), checkHealth: {}, groups: groups)
        return Set(router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
    }

    private static let operations = APITag.all.flatMap(\.operations)
    private static let described = operations.flatMap { operation in
        operation.paths.map { "\(operation.method.rawValue) \($0)" }
    }

    @Test func `every route is described, and every description is of a route`() async throws {
        let routes = try await withTestHub { Self.routes(of: $0) }
        #expect(routes.subtracting(Self.described).sorted() == [], "routes without a description")
        #expect(Set(Self.described).subtracting(routes).sorted() == [], "descriptions without a route")
    }

    @Test func `no route is described twice`() {
        #expect(Dictionary(grouping: Self.described) { $0 }.filter { $0.value.count > 1 }.keys.sorted() == [])
    }

    @Test func `every segment, header and form that is named is explained`() throws {
        for operation in Self.operations {
            for path in operation.paths {
                for name in path.split(separator: "/").filter({ $0.hasPrefix("{") }).map({ $0.dropFirst().dropLast() })
                {
                    #expect(APIPathParameters.named[String(name)] != nil, "\(name) of \(path)")
                }
            }
            for name in operation.answers.flatMap(\.headers) { #expect(APIHeaders.named[name] != nil, "\(name)") }
        }
        #expect(Set(APISchemas.all.map(\.name)).count == APISchemas.all.count)
        let document = try JSONValue(parsing: OpenAPIDocument.json(baseURL: TestHub.baseURL))
        for name in Self.refs(in: document) where name.hasPrefix(Schema.refPrefix) {
            #expect(APISchemas.named[String(name.dropFirst(Schema.refPrefix.count))] != nil, "\(name)")
        }
    }

    private static func refs(in json: JSONValue) -> Set<String> {
        switch json {
        case .array(let items): items.reduce(into: []) { $0.formUnion(refs(in: $1)) }
        case .object(let members):
            members.reduce(into: members["$ref"]?.stringValue.map { [$0] } ?? []) { $0.formUnion(refs(in: $1.value)) }
        default: []
        }
    }

    @Test func `only the address changes with who asks`() throws {
        var one = try #require(try JSONValue(parsing: OpenAPIDocument.json(baseURL: "http://one")).objectValue)
        var two = try #require(try JSONValue(parsing: OpenAPIDocument.json(baseURL: "https://two:8443")).objectValue)
        #expect(one["servers"] == [["url": "http://one"]])
        #expect(OpenAPIDocument.etag(baseURL: "http://one") != OpenAPIDocument.etag(baseURL: "https://two:8443"))
        one["servers"] = nil
        two["servers"] = nil
        #expect(one == two)
        #expect(one["openapi"] == "3.1.0")
    }

    @Test func `names of operations differ`() throws {
        let document = try JSONValue(parsing: OpenAPIDocument.json(baseURL: TestHub.baseURL))
        let names = (document["paths"]?.objectValue ?? [:]).flatMap { _, methods in
            (methods.objectValue ?? [:]).compactMap { $0.value["operationId"]?.stringValue }
        }
        #expect(names.count == Self.described.count)
        #expect(Set(names).count == names.count)
    }
}
