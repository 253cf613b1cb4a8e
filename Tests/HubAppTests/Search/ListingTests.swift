// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOCore
import Testing

@Suite struct ListingTests {
    private static let card =
        "---\npipeline_tag: image-classification\nlibrary_name: \"ti\\\"mm\"\nlicense: mit\ntags: [\"a\\\\b\", \"é\"]\n---\nWords\n"

    private func written(
        _ test: TestHub,
        _ kind: RepoKind,
        _ request: ListingRequest,
        as viewer: Viewer
    ) async throws -> JSONValue {
        let answer = try await test.hub.listings.answer(
            kind,
            request,
            baseURL: TestHub.baseURL,
            keepAs: "\(request)",
            viewer: viewer
        )
        return try JSONValue(parsing: Array(answer.body.readableBytesView))
    }

    @Test(arguments: [RepoKind.model, .dataset])
    func `rows written straight from the database say what values say`(kind: RepoKind) async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            for name in ["one", "two"] {
                let id = try await test.repo("ada/\(name)", kind: kind, as: ada)
                guard kind == .model else { continue }
                try await test.commit([try await test.add("README.md", Self.card)], to: id, as: ada)
            }
            _ = try await test.repo("ada/hidden", kind: kind, visibility: .private, as: ada)
            var all = ListingRequest()
            all.expand = ["author", "sha", "tags", "likes", "private", "createdAt", "lastModified", "trendingScore"]
            for request in [ListingRequest(), all] {
                for viewer in [ada, .anonymous] {
                    let values = try await test.hub.listings.list(
                        kind,
                        request,
                        baseURL: TestHub.baseURL,
                        viewer: viewer
                    ).items
                    let rows = try await written(test, kind, request, as: viewer)
                    #expect(rows == values)
                    #expect(rows.arrayValue?.count == (viewer.isAnonymous ? 2 : 3))
                }
            }
        }
    }

    @Test func `an answer is kept for the anonymous, until something is written`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let request = ListingRequest()
            #expect(try await written(test, .model, request, as: ada) == [])
            #expect(test.hub.listings.kept("\(request)") == nil)
            #expect(try await written(test, .model, request, as: .anonymous) == [])
            #expect(test.hub.listings.kept("\(request)")?.body.readableBytes == 2)
            _ = try await test.repo("ada/new", as: ada)
            #expect(test.hub.listings.kept("\(request)") == nil)
        }
    }

    @Test func `a broken results file says so and hides no other`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.repo("ada/bench", kind: .dataset, as: ada)
            try await test.commit(
                [
                    try await test.add(".eval_results/a.yaml", "a: ["),
                    try await test.add(".eval_results/b.yaml", "- dataset: {id: Ada/Bench}\n  value: 3\n- value: 4\n"),
                ],
                to: id,
                as: ada
            )
            let options = RepoService.InfoOptions(expand: ["evalResults"])
            let info = try await test.hub.repos.info(
                .model,
                id,
                revision: nil,
                options: options,
                baseURL: TestHub.baseURL,
                viewer: .anonymous
            )
            let results = info["evalResults"]?.arrayValue ?? []
            #expect(results.map { $0["error"] == nil } == [false, true, false])
            let board = try await test.hub.listings.leaderboard(RepoID("ada/bench"), viewer: .anonymous)
            #expect(board.arrayValue?.map { $0["modelId"]?.stringValue } == ["ada/m"])
        }
    }
}
