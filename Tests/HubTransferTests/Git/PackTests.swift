// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubTransfer
import NIOCore
import Testing

@Suite struct PackTests {
    private func oid(_ byte: UInt8) throws -> GitOID {
        try #require(GitOID(bytes: [UInt8](repeating: byte, count: 20)))
    }

    private func tree(_ count: Int, changing changed: Set<Int> = [], without: Set<Int> = []) throws -> [UInt8] {
        var entries: [TreeObject.Entry] = []
        for number in 0..<count where !without.contains(number) {
            let id = try oid(UInt8(truncatingIfNeeded: number &+ (changed.contains(number) ? 100 : 0)))
            entries.append(TreeObject.Entry(mode: number % 7 == 0 ? .folder : .file, name: "entry-\(number)", oid: id))
        }
        return TreeObject(entries).data
    }

    @Test(arguments: [[], [0], [499], [3, 4, 5, 250]] as [Set<Int>])
    func `a delta of trees gives the tree it was made for`(changed: Set<Int>) throws {
        let old = try tree(500)
        let new = try tree(500, changing: changed, without: [17])
        let delta = try #require(
            try old.withUnsafeBytes { old in try new.withUnsafeBytes { try TreeDelta.make(from: old, to: $0) } }
        )
        #expect(delta.count < 300)
        let back = try delta.withUnsafeBytes { delta in
            try old.withUnsafeBytes { try PackDelta.apply(delta, to: $0, limit: new.count) }
        }
        #expect(back == new)
    }

    @Test func `trees that have little in common are no deltas`() throws {
        let old = try tree(50)
        let new = try tree(50, changing: Set(0..<50))
        let delta = try old.withUnsafeBytes { old in try new.withUnsafeBytes { try TreeDelta.make(from: old, to: $0) } }
        #expect(delta == nil)
    }

    @Test func `a difference names changed folders with what was there before`() throws {
        let old = try tree(20)
        let new = try tree(21, changing: [7, 8], without: [3])
        let difference = try old.withUnsafeBytes { old in
            try new.withUnsafeBytes { try TreeDifference(from: old, to: $0) }
        }
        #expect(difference.folders.map(\.oid) == [try oid(107)])
        #expect(difference.folders.map(\.former) == [try oid(7)])
        #expect(Set(difference.files) == [try oid(108), try oid(20)])
    }

    @Test func `a packed object is read back, in pieces of any size`() throws {
        let texts = ["", "hello", String(repeating: "long and longer ", count: 20_000)].map { Array($0.utf8) }
        var pack = PackFormat.header(objects: UInt32(texts.count))
        let deflater = try Deflater()
        for text in texts {
            pack.writePackEntry(.blob, size: text.count)
            try text.withUnsafeBytes { try deflater.pack($0, into: &pack) }
        }
        let body = Array(pack.readableBytesView)
        pack.writeBytes(Array(Insecure.SHA1.hash(data: body)))
        for size in [1, 7, 4096, pack.readableBytes] {
            let scanner = try PackScanner(limits: PackLimits())
            var rest = pack
            while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) {
                try scanner.feed(piece)
            }
            try scanner.finish()
            #expect(scanner.objects.map(\.oid) == texts.map { GitObjectKind.blob.oid(of: $0) })
        }
    }

    @Test func `sizes of all lengths are written as git reads them`() throws {
        var buffer = ByteBuffer()
        buffer.writePackEntry(.blob, size: 15)
        buffer.writePackEntry(.tree, size: 16)
        buffer.writePackEntry(.commit, size: 2048)
        #expect(Array(buffer.readableBytesView) == [0x3F, 0xA0, 0x01, 0x90, 0x80, 0x01])
    }
}

@Suite struct ProtocolTests {
    @Test func `lines are read only whole, and lengths that cannot be are refused`() throws {
        var buffer = ByteBuffer(string: "0008a\nb\n000")
        #expect(try PktLine.read(from: &buffer)?.text == "a\nb")
        #expect(try PktLine.read(from: &buffer) == nil)
        var short = ByteBuffer(string: "000")
        #expect(try PktLine.read(from: &short) == nil)
        for text in ["0003", "zzzz", "fff1", "-001"] {
            var bad = ByteBuffer(string: text)
            #expect(throws: PktLine.Malformed.length) { try PktLine.read(from: &bad) }
        }
    }

    @Test func `a side band cuts what is longer than a line`() throws {
        var buffer = ByteBuffer()
        buffer.writeSideBand(.pack, ByteBuffer(repeating: 7, count: 70_000))
        var bytes = 0
        while let line = try PktLine.read(from: &buffer) {
            guard case .data(let payload) = line else { continue }
            #expect(payload.readableBytes <= PktLine.maximumPayload)
            bytes += payload.readableBytes - 1
        }
        #expect(bytes == 70_000)
    }

    @Test(arguments: ["tree:0", "sparse:oid=x", "blob:limit=-1", "blob:limit=x", "combine:blob:none+tree:1", ""])
    func `filters that are not supported are refused`(spec: String) throws {
        #expect(throws: HubError.self) { try FetchRequest(version2: ["filter \(spec)"]) }
    }

    @Test func `a filter's size may have a unit`() throws {
        #expect(try FetchRequest(version2: ["filter blob:limit=2k"]).filter == .filesBelow(2048))
        #expect(try FetchRequest(version2: ["filter blob:none"]).filter == .noFiles)
    }
}

@Suite struct PushedObjectTests {
    private static let person = "A U Thor <a@b.c> 1700000000 +0130"

    private func commit(_ header: String, _ message: String) -> [UInt8] {
        Array("tree \(String(repeating: "a", count: 40))\n\(header)\n\(message)".utf8)
    }

    @Test func `title and message are parted at the first line`() throws {
        let text = try CommitText(
            parsing: commit("author \(Self.person)\ncommitter \(Self.person)\ngpgsig x\n y\n", "Title\n\nMore\nlines\n")
        )
        #expect(text.author == "A U Thor")
        #expect((text.title, text.message) == ("Title", "More\nlines"))
        #expect(text.links.committedAt == 1_700_000_000)
    }

    @Test(arguments: [
        "A 1 +0000", "A <a> x +0000", "A <a> 1", "A <a> -5 +0000", "A <a> 999999999999999 +0000", "A > < 1 +0000",
    ])
    func `a commit whose people git would not pass is refused`(person: String) {
        #expect(throws: CommitText.Problem.self) {
            try CommitText(parsing: commit("author \(person)\ncommitter \(person)\n", "m"))
        }
    }

    @Test(arguments: [".git", ".GIT", "GIT~1", ".git ", ".git.", ".g\u{200c}it", "..", ".", "a\u{7f}", "a\\b"])
    func `a tree with a harmful name is refused`(name: String) throws {
        let entry = TreeObject.Entry(mode: .file, name: name, oid: GitObjectKind.blob.oid(of: []))
        #expect(throws: TreeCheck.Problem.self) {
            try TreeObject([entry]).data.withUnsafeBytes { try TreeCheck.check($0) }
        }
    }

    @Test func `a name that is both a file and a folder is refused, names between them or not`() throws {
        let oid = GitObjectKind.blob.oid(of: [])
        let tree = TreeObject([
            .init(mode: .file, name: "a", oid: oid), .init(mode: .file, name: "a.b", oid: oid),
            .init(mode: .folder, name: "a", oid: oid),
        ])
        #expect(throws: TreeCheck.Problem.self) { try tree.data.withUnsafeBytes { try TreeCheck.check($0) } }
        let good = TreeObject([
            .init(mode: .file, name: "a", oid: oid), .init(mode: .file, name: "a.b", oid: oid),
            .init(mode: .folder, name: "ab", oid: oid), .init(mode: .file, name: ".gitattributes", oid: oid),
        ])
        try good.data.withUnsafeBytes { try TreeCheck.check($0) }
    }
}
