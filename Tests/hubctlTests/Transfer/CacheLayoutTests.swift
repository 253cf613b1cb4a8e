// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct CacheLayoutTests {
    private let commit = GitOID(bytes: [UInt8](repeating: 0xAB, count: 20))
    private let blob = ContentID.git("ce013625030ba8dba906f756967f9e9ca394464a")

    @Test func `the layout is that of huggingface_hub`() throws {
        let commit = try #require(commit)
        let layout = CacheLayout(cache: "/c", target: try RepoTarget("alice/vit", kind: .model))
        #expect(layout.blob(blob) == "/c/models--alice--vit/blobs/\(blob.hex)")
        #expect(layout.lock(blob) == "/c/.locks/models--alice--vit/\(blob.hex).lock")
        #expect(layout.pointer(commit, "a/b.txt") == "/c/models--alice--vit/snapshots/\(commit.hex)/a/b.txt")
        #expect(layout.ref("refs/pr/1") == "/c/models--alice--vit/refs/refs/pr/1")
    }

    @Test(arguments: [("a.txt", "../../blobs/"), ("a/b.txt", "../../../blobs/"), ("a/b/c", "../../../../blobs/")])
    func `a link climbs as high as its path is deep`(path: String, prefix: String) {
        #expect(CacheLayout.linkText(path, blob) == prefix + blob.hex)
    }

    @Test func `notes of a local folder lie where huggingface_hub looks for them`() {
        let layout = LocalLayout(folder: "/d")
        #expect(layout.metadata("a/config.json") == "/d/.cache/huggingface/download/a/config.json.metadata")
        #expect(layout.lock("a/config.json") == "/d/.cache/huggingface/download/a/config.json.lock")
        #expect(
            layout.incomplete("a/config.json", blob)
                == "/d/.cache/huggingface/download/a/8_PA_wEVGiVa2goH2H4KQOQpvVY=.\(blob.hex).incomplete"
        )
    }
}
