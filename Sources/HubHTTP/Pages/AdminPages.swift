// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What goes on in the hub, for its administrators.
struct AdminPages: RouteGroup {
    let site: Site
    let inference: InferenceService
    let settings: [Configuration.Effective]
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/admin", on: router) { try await overview($0) }
        site.get("/admin/storage", on: router) { try await storage($0) }
        site.get("/admin/maintenance", on: router) { try await maintenance($0) }
        site.get("/admin/audit", on: router) { try await audit($0) }
        site.get("/admin/settings", on: router) { try show($0) }
    }

    static func head(_ title: String) -> PageHead {
        var head = PageHead(title: "\(title) · Administration")
        head.section = "admin"
        head.isPrivate = true
        return head
    }

    /// `2026-11-23 12:00`, UTC.
    static func minute(_ iso: String?) -> String {
        (iso ?? "").prefix(16).replacing("T", with: " ") + " UTC"
    }

    private func overview(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let now = hub.clock.now
        let totals = try await hub.oversight.storage(cursor: nil, limit: 1, by: visit.viewer).totals
        let transfers = try await hub.oversight.transfers(by: visit.viewer)
        let damage = try await hub.oversight.damage(by: visit.viewer)
        let runs = try await hub.collectionDesk.status(hub: hub, by: visit.viewer)["runs"]?.arrayValue ?? []
        let damaged = damage["damaged"]?.arrayValue?.count ?? 0
        var data: JSONObject = [
            "damaged": .bool(damaged > 0), "damagedCount": .int(Int64(damaged)),
            "collected": Display.time(runs.first?["time"]?.stringValue, now: now),
            "transfers": .object(AdminView.transfers(transfers, now: now)),
            "inference": .object(AdminView.inference(try inference.activity(by: visit.viewer))),
            "admin_overview": true,
        ]
        for key in ["stored", "logical", "saved"] { data[key] = AdminView.size(totals[key]) }
        return try site.page("admin", data, PageHead.administration, visit)
    }

    private func storage(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let (page, totals) = try await hub.oversight.storage(
            cursor: try visit.query()["cursor"],
            limit: 50,
            by: visit.viewer
        )
        var data: JSONObject = [
            "blobs": .string(Display.grouped(totals["blobs"]?.intValue ?? 0)),
            "repos": .array((page.items.arrayValue ?? []).map(AdminView.repo)),
            "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""), "admin_storage": true,
        ]
        for key in ["stored", "logical", "saved"] { data[key] = AdminView.size(totals[key]) }
        return try site.page("admin-storage", data, Self.head("Storage"), visit)
    }

    private func maintenance(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let now = hub.clock.now
        let damage = try await hub.oversight.damage(by: visit.viewer)
        let data: JSONObject = [
            "gc": .object(
                AdminView.collection(try await hub.collectionDesk.status(hub: hub, by: visit.viewer), now: now)
            ),
            "damaged": .array((damage["damaged"]?.arrayValue ?? []).map { AdminView.damage($0, now: now) }),
            "verifications": .array((damage["runs"]?.arrayValue ?? []).map { AdminView.run($0, now: now) }),
            "admin_maintenance": true,
        ]
        return try site.page("admin-maintenance", data, Self.head("Maintenance"), visit)
    }

    private func audit(_ visit: PageVisit) async throws -> Response {
        try visit.requireAdministrator()
        let items = try visit.query()
        var query = try AdminRoutes.auditQuery(items)
        query.limit = 50
        let page = try await hub.oversight.audit(query, by: visit.viewer)
        let now = hub.clock.now
        let data: JSONObject = [
            "acts": .array((page.items.arrayValue ?? []).map { AdminView.act($0, now: now) }),
            "actor": .string(items["actor"] ?? ""), "action": .string(items["action"] ?? ""),
            "since": .string(String((items["since"] ?? "").prefix(10))),
            "actions": .array(AuditAction.areas.map(JSONValue.string)),
            "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""), "admin_audit": true,
        ]
        return try site.page("admin-audit", data, Self.head("Audit log"), visit)
    }

    private func show(_ visit: PageVisit) throws -> Response {
        try visit.requireAdministrator()
        let data: JSONObject = [
            "settings": .array(
                settings.map {
                    [
                        "key": .string($0.key), "value": .string($0.value), "isChanged": .bool(!$0.isDefault),
                        "summary": .string($0.summary.replacing("`", with: "")),
                    ]
                }
            ),
            "admin_settings": true,
        ]
        return try site.page("admin-settings", data, Self.head("Settings"), visit)
    }
}

extension PageHead {
    fileprivate static var administration: PageHead {
        var head = AdminPages.head("Overview")
        head.title = "Administration"
        return head
    }
}

extension PageVisit {
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for who does not administer the hub. A token
    ///   is not enough: pages are for who is signed in.
    func requireAdministrator() throws {
        _ = try requireSession()
        try viewer.requireOperator()
    }
}
