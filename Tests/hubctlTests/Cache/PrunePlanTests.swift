// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct PrunePlanTests {
    @Test func `what no ref stands for goes, what is shared stays`() throws {
        var repo = try #require(CachedRepo(folder: "/c/models--a--b", name: "models--a--b"))
        repo.snapshots = ["old": ["shared", "gone"], "new": ["shared", "kept"]]
        repo.refs = ["main": "new"]
        repo.blobs = ["shared", "gone", "kept", "orphan"].map { .init(name: $0, size: 10, modified: 0) }
        repo.incomplete = [.init(name: "x.incomplete", size: 5, modified: 0)]
        let plan = PrunePlan(repo)
        #expect(plan.snapshots == ["old"])
        #expect(Set(plan.blobs) == ["gone", "orphan"])
        #expect(plan.incomplete == ["x.incomplete"])
        #expect(plan.size == 25)
    }

    @Test(
        arguments: [
            ("models--a--b", "a/b"), ("datasets--a--b-c", "a/b-c"), ("models--gpt2", "gpt2"), (".locks", nil),
            ("CACHEDIR.TAG", nil),
            ("things--a--b", nil),
        ] as [(String, String?)]
    )
    func `a folder's name says which repo it is`(name: String, id: String?) {
        #expect(CachedRepo(folder: "/c/\(name)", name: name)?.id == id)
    }
}
