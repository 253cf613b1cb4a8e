// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import Testing

/// Objects that git itself made, with the ids it gave them (`git hash-object`, `git mktree`, `git commit-tree`).
enum KnownObjects {
    static let hello = "ce013625030ba8dba906f756967f9e9ca394464a"
    static let emptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    /// `a` = hello.
    static let subtree = "0976950c1fdbcb52435a433913017bf044b3a58f"
    static let tree = "849ef3eb6578596ba9ffe35667f803b43bf3ee30"
    static let treeData =
        "31303036343420666f6f2d62617200e69de29bb2d1d6434b8b29ae775ad8c2e48c539131303036343420666f6f2e74787400"
        + "ce013625030ba8dba906f756967f9e9ca394464a343030303020666f6f000976950c1fdbcb52435a433913017bf044b3a58f"
        + "313230303030206c696e6b00e69de29bb2d1d6434b8b29ae775ad8c2e48c53913130303735352072756e2e736800"
        + "ce013625030ba8dba906f756967f9e9ca394464a"
    static let commit = "43799599a4849f4622af936e7ad5cabf4a7df7ef"
    static let secondCommit = "8b28bd0c66f2711362ab686b6f4dcaa50fdb1479"

    static func oid(_ hex: String) throws -> GitOID { try #require(GitOID(hex: hex)) }

    /// The entries of ``tree``, not in git's order.
    static func entries() throws -> [TreeObject.Entry] {
        [
            TreeObject.Entry(mode: .executable, name: "run.sh", oid: try oid(hello)),
            TreeObject.Entry(mode: .folder, name: "foo", oid: try oid(subtree)),
            TreeObject.Entry(mode: .file, name: "foo.txt", oid: try oid(hello)),
            TreeObject.Entry(mode: .symlink, name: "link", oid: try oid(emptyBlob)),
            TreeObject.Entry(mode: .file, name: "foo-bar", oid: try oid(emptyBlob)),
        ]
    }
}

@Suite struct GitObjectTests {
    @Test func `blobs have git's ids`() {
        #expect(GitObjectKind.blob.oid(of: Array("hello\n".utf8)).hex == KnownObjects.hello)
        #expect(GitObjectKind.blob.oid(of: [UInt8]()).hex == KnownObjects.emptyBlob)
        #expect(GitObjectKind.tree.oid(of: TreeObject.empty.data).hex == KnownObjects.emptyTree)
    }

    @Test func `bytes in pieces give the id of the whole`() {
        var hasher = GitBlobHasher(size: 6)
        for piece in ["he", "", "llo\n"] { Array(piece.utf8).withUnsafeBytes { hasher.update($0) } }
        #expect(hasher.finalize().hex == KnownObjects.hello)
    }

    @Test func `a tree sorts folders as if they ended in a slash`() throws {
        let tree = TreeObject(try KnownObjects.entries())
        #expect(tree.entries.map(\.name) == ["foo-bar", "foo.txt", "foo", "link", "run.sh"])
        #expect(Hex.encode(tree.data) == KnownObjects.treeData)
        #expect(GitObjectKind.tree.oid(of: tree.data).hex == KnownObjects.tree)
    }

    @Test func `a tree survives the way through its bytes`() throws {
        let data = try #require(Hex.decode(KnownObjects.treeData))
        let tree = try TreeObject(parsing: data)
        #expect(tree == TreeObject(try KnownObjects.entries()))
        #expect(tree.data == data)
        #expect(tree["foo"]?.isFolder == true)
        #expect(tree["fo"] == nil)
        #expect(try TreeObject(parsing: []).entries.isEmpty)
    }

    @Test func `a tree cut anywhere but between entries is truncated`() throws {
        let data = try #require(Hex.decode(KnownObjects.treeData))
        let whole = try TreeObject(parsing: data).entries
        let boundaries = whole.indices.map { TreeObject(Array(whole[...$0])).data.count }
        let wrong = (1..<data.count).filter { length in
            let parsed = Result { try TreeObject(parsing: Array(data[..<length])) }
            return boundaries.contains(length) != ((try? parsed.get()) != nil)
        }
        #expect(wrong.isEmpty)
    }

    @Test func `what is no tree is refused with the reason`() {
        let oid = [UInt8](repeating: 7, count: 20)
        #expect(throws: TreeObject.ParseError.unknownMode("100600")) {
            try TreeObject(parsing: Array("100600 a\0".utf8) + oid)
        }
        #expect(throws: TreeObject.ParseError.nameIsNotUTF8) {
            try TreeObject(parsing: Array("100644 ".utf8) + [0xFF, 0] + oid)
        }
        #expect(throws: TreeObject.ParseError.truncated) { try TreeObject(parsing: oid) }
    }

    @Test func `commits have git's ids`() throws {
        let ada = CommitObject.Person(name: "ada", email: "ada@example.org")
        let first = CommitObject(
            tree: try KnownObjects.oid(KnownObjects.tree),
            parents: [],
            author: ada,
            committedAt: Timestamp(milliseconds: 1_700_000_000_999),
            title: "first",
            message: ""
        )
        #expect(first.oid.hex == KnownObjects.commit)
        let second = CommitObject(
            tree: first.tree,
            parents: [first.oid],
            author: ada,
            committedAt: Timestamp(seconds: 1_700_000_001),
            title: "second",
            message: "why"
        )
        #expect(second.oid.hex == KnownObjects.secondCommit)
    }

    @Test func `a name cannot break out of its line`() throws {
        let commit = CommitObject(
            tree: try KnownObjects.oid(KnownObjects.emptyTree),
            parents: [],
            author: CommitObject.Person(name: "a\ncommitter <b>\0", email: "x>\r\n"),
            committedAt: Timestamp(seconds: 1),
            title: "t",
            message: ""
        )
        let lines = String(decoding: commit.data, as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(
            lines.dropFirst().prefix(2) == ["author acommitter b <x> 1 +0000", "committer acommitter b <x> 1 +0000"]
        )
    }
}
