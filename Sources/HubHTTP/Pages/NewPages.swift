// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Where repos and organisations are made.
struct NewPages: RouteGroup {
    let site: Site

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/new", on: router) { try repo($0, kind: .model) }
        site.get("/new-dataset", on: router) { try repo($0, kind: .dataset) }
        site.get("/new-space", on: router) { try repo($0, kind: .space) }
        site.get("/organizations/new", on: router) { try organisation($0) }
        site.get("/collections/new", on: router) { try collection($0) }
    }

    private func repo(_ visit: PageVisit, kind: RepoKind) throws -> Response {
        let session = try visit.requireSession()
        let wanted = try visit.query()["type"].flatMap(RepoKind.init(rawValue:)) ?? kind
        let data: JSONObject = [
            "owners": .array(try owners(session.name, visit)),
            "kinds": .array(
                RepoKind.allCases.map {
                    ["value": .string($0.rawValue), "label": .string($0.rawValue), "isChosen": .bool($0 == wanted)]
                }
            ),
            "licenses": .array(
                ["apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc-by-nc-4.0", "openrail", "other"].map {
                    ["name": .string($0)]
                }
            ),
        ]
        var head = PageHead(title: "New repository")
        head.isPrivate = true
        return try site.page("new", data, head, visit)
    }

    /// Namespaces that somebody may make things in.
    private func owners(_ name: String, _ visit: PageVisit) throws -> [JSONValue] {
        var owners = [name]
        for organisation in try site.hub.organisations.mine(visit.viewer).arrayValue ?? []
        where organisation["roleInOrg"]?.stringValue != "read" {
            if let name = organisation["name"]?.stringValue { owners.append(name) }
        }
        let chosen = try visit.query()["owner"]
        return owners.map { ["name": .string($0), "isChosen": .bool($0 == chosen)] }
    }

    private func collection(_ visit: PageVisit) throws -> Response {
        let session = try visit.requireSession()
        var head = PageHead(title: "New collection")
        head.isPrivate = true
        return try site.page("new-collection", ["owners": .array(try owners(session.name, visit))], head, visit)
    }

    private func organisation(_ visit: PageVisit) throws -> Response {
        _ = try visit.requireSession()
        var head = PageHead(title: "New organization")
        head.isPrivate = true
        return try site.page("new-organisation", [:], head, visit)
    }
}
