// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubStore
import HubTestSupport
import Testing

@Suite struct MetadataIndexerTests {
    private func repo(_ id: RepoID, _ test: TestHub) async throws -> RepoRecord {
        try #require(try await test.hub.store.read { try $0.repo(.model, id) })
    }

    @Test func `a card's task, library and tags are what lists know`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let card = """
                ---
                pipeline_tag: image-classification
                library_name: timm
                license: mit
                ---
                Text
                """
            try await test.commit([test.add("README.md", card)], to: id, as: ada)
            let indexed = try await repo(id, test)
            #expect(indexed.pipelineTag == "image-classification")
            #expect(indexed.libraryName == "timm")
            let tags = try await test.hub.store.read { try $0.tags(repo: indexed.id).map(\.value) }
            #expect(tags.contains("license:mit"))
        }
    }

    @Test func `a broken card does not fail the commit`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let head = try await test.commit([test.add("README.md", "---\na: [\n---\n")], to: id, as: ada)
            let indexed = try await repo(id, test)
            let card = try #require(try await test.hub.store.read { try $0.card(repo: indexed.id) })
            #expect(card.commit == head)
            #expect(card.error != nil)
        }
    }

    @Test func `a configuration too large to read counts as absent`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let config = #"{"architectures":["ViTForImageClassification"],"model_type":"vit","x":"#
            let long = String(repeating: "a", count: Int(RepoMetadata.maximumFileSize))
            try await test.commit([test.add("config.json", config + "\"\(long)\"}")], to: id, as: ada)
            #expect(try await repo(id, test).libraryName == nil)
            try await test.commit([test.add("config.json", config + "1}")], to: id, as: ada)
            #expect(try await repo(id, test).libraryName == "transformers")
        }
    }

    @Test func `an index that a crash left behind is repaired`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let card = "---\npipeline_tag: image-classification\n---\n"
            let head = try await test.commit([test.add("README.md", card)], to: id, as: ada)
            let record = try await repo(id, test)
            // As it was before the commit's own indexing.
            try await test.hub.store.write { tx in
                try tx.replaceMetadata(
                    repo: record,
                    card: CardRecord(commit: TestStore.oid(1)),
                    tags: [],
                    pipelineTag: nil,
                    libraryName: nil,
                    parameters: nil,
                    sdk: nil
                )
            }
            #expect(try await repo(id, test).pipelineTag == nil)
            try await test.hub.indexStaleRepos()
            #expect(try await repo(id, test).pipelineTag == "image-classification")
            #expect(try await test.hub.store.read { try $0.card(repo: record.id)?.commit } == head)
            #expect(try await test.hub.store.read { try $0.reposWithStaleMetadata() }.isEmpty)
        }
    }
}
