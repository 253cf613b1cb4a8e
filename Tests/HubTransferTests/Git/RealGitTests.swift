// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubTestSupport
import HubTransfer
import Testing

/// Our objects against those of the git on this machine.
@Suite struct RealGitTests {
    private struct Git {
        let folder: String

        /// The trimmed output of a git command, run in the folder.
        func callAsFunction(_ arguments: String..., input: [UInt8] = []) throws -> String {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["git", "-C", folder] + arguments
            process.environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1",
                "HOME": folder,
            ]
            // A file, not a pipe: nothing waits for anything.
            let inputPath = folder + "/.input"
            try Data(input).write(to: URL(fileURLWithPath: inputPath))
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "git \(arguments) failed")
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    @Test func `git reads the objects we write and calls them the same`() async throws {
        try await withTemporaryDirectory { folder in
            let git = Git(folder: folder)
            _ = try git("init", "-q")
            let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let blob = GitObjectKind.blob.oid(of: bytes)
            #expect(try git("hash-object", "-w", "--stdin", input: bytes) == blob.hex)

            let names = ["b", "a", "a.b", "a0", "ü", "日本語", "A", "-", "a b"]
            let inner = TreeObject(names.map { TreeObject.Entry(mode: .file, name: $0, oid: blob) })
            let innerOID = GitObjectKind.tree.oid(of: inner.data)
            #expect(try git("hash-object", "-t", "tree", "-w", "--stdin", input: inner.data) == innerOID.hex)
            let outer = TreeObject(
                inner.entries + [TreeObject.Entry(mode: .folder, name: "a-", oid: innerOID)]
                    + [TreeObject.Entry(mode: .folder, name: "a1", oid: innerOID)]
            )
            let outerOID = GitObjectKind.tree.oid(of: outer.data)
            #expect(try git("hash-object", "-t", "tree", "-w", "--stdin", input: outer.data) == outerOID.hex)

            let commit = CommitObject(
                tree: outerOID,
                parents: [],
                author: CommitObject.Person(name: "Ada L.", email: "ada@users.noreply.vitrine"),
                committedAt: Timestamp(seconds: 1_700_000_000),
                title: "Add things: ünïcode",
                message: "Two\n\nparagraphs"
            )
            #expect(try git("hash-object", "-t", "commit", "-w", "--stdin", input: commit.data) == commit.oid.hex)
            _ = try git("update-ref", "refs/heads/main", commit.oid.hex)
            // The order of entries, the modes, the dates: fsck knows them all.
            _ = try git("fsck", "--strict", "--full")
            #expect(try git("rev-parse", "main:a-/日本語") == blob.hex)
            #expect(
                try git("log", "-1", "--format=%an|%ae|%ct|%s", "main")
                    == "Ada L.|ada@users.noreply.vitrine|1700000000|Add things: ünïcode"
            )
        }
    }
}
