// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Testing

@testable import hubctl

@Suite struct CommitBodyTests {
    private func text(_ body: CommitBody) async throws -> String {
        var all = ByteBuffer()
        for try await var piece in body { all.writeBuffer(&piece) }
        #expect(Int64(all.readableBytes) == body.length)
        return String(buffer: all)
    }

    // Around the piece size and every remainder of three.
    @Test(arguments: [0, 1, 2, 3, 196_607, 196_608, 196_609, 400_001])
    func `the body is as long as announced and its lines are JSON`(size: Int) async throws {
        try await withScratch { scratch in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let source = try scratch.write(bytes, to: "ä \"q\".bin")
            let file = LocalFile(source: source, path: "sub/ä \"q\".bin", size: Int64(size))
            let large = LocalFile(source: "/nowhere", path: "m.bin", size: 7)
            let plan = PushPlan(
                items: [
                    PushItem(file: file, isLarge: false, state: .new, id: .git("x")),
                    PushItem(file: large, isLarge: true, state: .changed, id: .sha256("ff")),
                    PushItem(file: large, isLarge: true, state: .unchanged, id: .sha256("ff")),
                ],
                deletions: ["old.txt"],
                parent: nil
            )
            let lines = try await text(CommitBody(message: "m\n\"", description: "", parent: nil, plan: plan))
                .split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(lines.map { $0["key"]?.stringValue } == ["header", "file", "lfsFile", "deletedFile"])
            #expect(lines[0]["value"]?["summary"] == "m\n\"")
            #expect(lines[1]["value"]?["path"] == .string(file.path))
            #expect(lines[1]["value"]?["content"] == .string(base64(bytes)))
            #expect(lines[2]["value"] == ["path": "m.bin", "algo": "sha256", "oid": "ff", "size": 7])
        }
    }

    @Test func `a file that changed since it was compared stops the commit`() async throws {
        try await withScratch { scratch in
            let source = try scratch.write([1, 2, 3], to: "a")
            let file = LocalFile(source: source, path: "a", size: 2)
            let item = PushItem(file: file, isLarge: false, state: .new, id: .git("x"))
            let body = CommitBody(
                message: "",
                description: "",
                parent: nil,
                plan: PushPlan(items: [item], deletions: [], parent: nil)
            )
            await #expect(throws: CommandFailure.self) { for try await _ in body {} }
        }
    }
}
