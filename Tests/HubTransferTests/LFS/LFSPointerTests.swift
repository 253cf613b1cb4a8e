// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import Testing

@Suite struct LFSPointerTests {
    private static let digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
    private static let text =
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest)\nsize 12345\n"

    @Test func `a pointer is the specification's text with git's id`() throws {
        let pointer = LFSPointer(oid: try #require(BlobID(hex: Self.digest)), size: 12_345)
        #expect(String(decoding: pointer.data, as: UTF8.self) == Self.text)
        #expect(GitObjectKind.blob.oid(of: pointer.data).hex == "60c8d8ab2adcf57a391163a7eeb0cdb8bf348e44")
        #expect(LFSPointer(parsing: pointer.data) == pointer)
    }

    @Test func `an extension line is passed over`() {
        let text = Self.text.replacing("oid sha", with: "ext-0-foo sha256:\(Self.digest)\noid sha", maxReplacements: 1)
        #expect(LFSPointer(parsing: Array(text.utf8))?.size == 12_345)
    }

    @Test(arguments: [
        "", "version https://git-lfs.github.com/spec/v1\n", text.replacing("v1", with: "v2"),
        text.replacing("size 12345", with: "size -1"), text.replacing("size 12345", with: "size 9223372036854775808"),
        text.replacing("size 12345", with: "size many"), text.replacing("oid sha256:4d", with: "oid sha256:"),
        text.replacing("oid sha256", with: "oid md5"), " " + text, "oid sha256:\(digest)\nsize 12345\n",
        text + String(repeating: "x", count: 1024),
    ])
    func `what is no pointer is a file`(text: String) {
        #expect(LFSPointer(parsing: Array(text.utf8)) == nil)
    }

    @Test func `bytes that are not text are a file`() {
        #expect(LFSPointer(parsing: Array(Self.text.utf8) + [0xFF]) == nil)
    }
}
