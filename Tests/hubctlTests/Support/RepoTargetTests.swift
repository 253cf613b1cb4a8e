// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct RepoTargetTests {
    @Test(arguments: [
        ("alice/vit", RepoKind.model, "/api/models/alice/vit", "/alice/vit", "models--alice--vit"),
        ("alice/shapes", .dataset, "/api/datasets/alice/shapes", "/datasets/alice/shapes", "datasets--alice--shapes"),
        (
            "datasets/alice/shapes", .model, "/api/datasets/alice/shapes", "/datasets/alice/shapes",
            "datasets--alice--shapes"
        ),
        ("gpt2", .model, "/api/models/gpt2", "/gpt2", "models--gpt2"),
    ])
    func `a repo has its paths`(text: String, kind: RepoKind, api: String, web: String, cache: String) throws {
        let target = try RepoTarget(text, kind: kind)
        #expect(target.apiPath == api)
        #expect(target.webPath == web)
        #expect(target.cacheFolder == cache)
    }

    @Test(arguments: ["", "a/b/c", "/a", "a/", "a b/c", "../x", "a/..", "a--b/c", "-a/b", "a/.b", "a/b?c", "ä/b"])
    func `what cannot be a repo is refused before any call`(text: String) {
        #expect(throws: CommandFailure.self) { try RepoTarget(text, kind: .model) }
    }
}
