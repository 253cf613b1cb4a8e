// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
import HubCore
import HubMigrations
import HubStore
import HubTestSupport
import Testing

@Suite struct MigrationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Migrations").path

    @Test func `every sql file is a migration, in order`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .filter { $0.hasSuffix(".sql") }.sorted()
        #expect(!files.isEmpty)
        #expect(Migration.all.map { $0.id + ".sql" } == files)
    }

    @Test(arguments: Migration.all.map(\.id))
    func `what is compiled in is what the file says`(id: String) throws {
        let migration = try #require(Migration.all.first { $0.id == id })
        let file = try String(contentsOfFile: "\(Self.folder)/\(id).sql", encoding: .utf8)
        #expect(migration.sql == file)
    }

    @Test func `an empty database gets the whole schema, and keeps its rows when opened again`() async throws {
        try await withTestStore { test in
            let ada = try await test.account("ada")
            _ = try await test.repo("m", owner: ada)
            try test.store.close()
            let again = try MetadataStore(path: test.path)
            #expect(try await again.read { try $0.repoCount() } == 1)
            #expect(try await again.read { try $0.accountCount() } == 1)
            try await again.checkHealth()
            try again.close()
        }
    }

    @Test func `a database of a newer version is left alone`() async throws {
        try await withTestStore { test in
            try test.store.close()
            let queue = try DatabaseQueue(path: test.path)
            try await queue.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999_future')")
            }
            try queue.close()
            #expect(codeThrown { try MetadataStore(path: test.path) } == .unavailable)
        }
    }

    @Test func `a file that is no database is unavailable`() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/hub.sqlite3"
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
            #expect(codeThrown { try MetadataStore(path: path) } == .unavailable)
        }
    }

    @Test func `a transaction that throws leaves nothing behind`() async throws {
        struct Stop: Error {}
        try await withTestStore { test in
            let ada = try await test.account("ada")
            await #expect(throws: Stop.self) {
                try await test.store.write(durable: true) { tx in
                    try tx.set([1], forSetting: "x")
                    try tx.setMembership(org: ada.id, user: ada.id, role: .admin, at: TestStore.start)
                    throw Stop()
                }
            }
            #expect(try await test.store.read { try $0.setting("x") } == nil)
            #expect(try await test.store.read { try $0.memberships(ofUser: ada.id) }.isEmpty)
        }
    }
}
