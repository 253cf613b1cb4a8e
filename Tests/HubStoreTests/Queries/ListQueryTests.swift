// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore
import HubStore
import HubTestSupport
import Testing

@Suite struct ListQueryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let sort: RepoListQuery.Sort
        let task: String?
        let ascending: Bool

        var testDescription: String { "\(sort) \(task ?? "any") \(ascending ? "ascending" : "descending")" }

        static let all = RepoListQuery.Sort.allCases.flatMap { sort in
            [nil, "image-classification"].flatMap { task in
                [false, true].map { Case(sort: sort, task: task, ascending: $0) }
            }
        }

        func query(_ scope: VisibilityScope) -> RepoListQuery {
            var query = RepoListQuery(kind: .model, scope: scope)
            query.sort = sort
            query.pipelineTag = task
            query.ascending = ascending
            return query
        }
    }

    @Test(arguments: Case.all)
    func `a hot list walks an index from the cursor`(sorted: Case) async throws {
        try await withTestStore { test in
            for scope in [VisibilityScope.anonymous, VisibilityScope(owners: [1, 2])] {
                var query = sorted.query(scope)
                let plans = try await test.store.read { [query] tx in
                    var after = query
                    after.after = RepoListQuery.Cursor(value: 5, id: 7)
                    return try [tx.plan(query), tx.plan(after)]
                }
                query.limit = 1
                for plan in plans {
                    #expect(plan.contains("SEARCH repo USING INDEX repo_"), "\(plan)")
                    #expect(!plan.contains("SCAN repo"), "\(plan)")
                    #expect(!plan.contains("USE TEMP B-TREE"), "\(plan)")
                }
            }
        }
    }

    /// 23 repos with few different values, so that most rows tie.
    private func fill(_ test: TestStore) async throws -> [String] {
        let ada = try await test.account("ada")
        for number in 0..<23 {
            let moment = TestStore.start.adding(seconds: Int64(number % 3))
            _ = try await test.repo("m\(number)", owner: ada, at: moment)
            _ = try await test.repo("d\(number)", owner: ada, kind: .dataset)
        }
        try test.store.close()
        let queue = try DatabaseQueue(path: test.path)
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE repo SET downloads = id % 4, likes = id % 2, trending = (id % 3) / 2.0,
                        pipeline_tag = CASE id % 5 WHEN 0 THEN NULL ELSE 'image-classification' END
                    """
            )
        }
        let names = try await queue.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM repo WHERE kind = 'model' AND pipeline_tag IS NOT NULL")
        }
        try queue.close()
        return names.sorted()
    }

    @Test(arguments: Case.all)
    func `pages together hold each row once, in order`(sorted: Case) async throws {
        try await withTestStore { test in
            let withTask = try await fill(test)
            let store = try MetadataStore(path: test.path)
            let whole = try await store.read { tx in try tx.repos(sorted.query(.anonymous)) }
            var seen: [RepoRecord] = []
            var query = sorted.query(.anonymous)
            query.limit = 4
            while true {
                let page = try await store.read { [query] tx in try tx.repos(query) }
                #expect(page.count <= 4)
                guard let last = page.last else { break }
                seen += page
                guard seen.count <= 100 else { break }
                query.after = last.cursor(sorted.sort)
            }
            try store.close()
            #expect(seen.map(\.id) == whole.map(\.id))
            #expect(Set(seen.map(\.id)).count == seen.count)
            #expect(seen.count == (sorted.task == nil ? 23 : withTask.count))
            if sorted.task != nil { #expect(seen.map(\.name).sorted() == withTask) }
            let values = seen.map { $0.cursor(sorted.sort) }.map { ($0.value, $0.id) }
            let ordered = zip(values, values.dropFirst()).allSatisfy { sorted.ascending ? $0 < $1 : $0 > $1 }
            #expect(ordered)
        }
    }

    @Test func `private repos show to their own namespace only`() async throws {
        try await withTestStore { test in
            let ada = try await test.account("ada")
            let bob = try await test.account("bob")
            _ = try await test.repo("open", owner: ada)
            _ = try await test.repo("hidden", owner: ada, visibility: .private)
            _ = try await test.repo("bobs", owner: bob, visibility: .private)
            func names(_ scope: VisibilityScope, author: Int64? = nil) async throws -> Set<String> {
                var query = RepoListQuery(kind: .model, scope: scope)
                query.owner = author
                return try await test.store.read { [query] tx in Set(try tx.repos(query).map(\.name)) }
            }
            #expect(try await names(.anonymous) == ["open"])
            #expect(try await names(VisibilityScope(owners: [ada.id])) == ["open", "hidden"])
            #expect(try await names(VisibilityScope(owners: [bob.id])) == ["open", "bobs"])
            #expect(try await names(VisibilityScope(owners: [ada.id, bob.id])) == ["open", "hidden", "bobs"])
            #expect(try await names(VisibilityScope(owners: [bob.id]), author: ada.id) == ["open"])
        }
    }
}
