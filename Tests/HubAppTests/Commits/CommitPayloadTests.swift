// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOCore
import Testing

@Suite struct CommitPayloadTests {
    private static let payload = """
        {"key":"header","value":{"summary":"Übung","description":"d"}}
        {"key":"file","value":{"path":"a.txt","content":"aGVsbG8K","encoding":"base64"}}

        {"key":"deletedFolder","value":{"path":"old/"}}
        {"key":"lfsFile","value":{"path":"w.bin","algo":"sha256","oid":"\(String(repeating: "ab", count: 32))","size":3}}
        {"key":"deletedFile","value":{"path":"é"}}
        """

    private func read(_ pieces: [[UInt8]], _ hub: Hub) async throws -> String {
        let stream = AsyncStream<ByteBuffer> { stream in
            for piece in pieces { stream.yield(ByteBuffer(bytes: piece)) }
            stream.finish()
        }
        let (header, operations) = try await hub.commits.read(ndjson: stream)
        return "\(header) \(operations)"
    }

    @Test func `the pieces make no difference`() async throws {
        try await withTestHub { test in
            let bytes = Array(Self.payload.utf8)
            let whole = try await read([bytes], test.hub)
            #expect(whole.contains("Übung"))
            #expect(whole.contains("ce013625030ba8dba906f756967f9e9ca394464a"))
            #expect(try await read([bytes + [10]], test.hub) == whole)
            #expect(try await read(bytes.map { [$0] }, test.hub) == whole)
            var different: [Int] = []
            for cut in bytes.indices {
                let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
                if try await read(pieces, test.hub) != whole { different.append(cut) }
            }
            #expect(different.isEmpty)
        }
    }

    @Test func `a payload cut short within a line is refused`() async throws {
        try await withTestHub { test in
            let bytes = Array(Self.payload.utf8)
            var taken: [Int] = []
            for end in 1..<bytes.count where bytes[end] != 10 && bytes[end - 1] != 10 {
                let code = await asyncCodeThrown(by: { try await read([Array(bytes[..<end])], test.hub) })
                if code != .badRequest { taken.append(end) }
            }
            #expect(taken.isEmpty)
        }
    }

    @Test(arguments: [
        "", "\n\n", "[]", "{}", #"{"key":"file","value":{"path":"a","content":""}}"#, #"{"key":"header"}"#,
        header + "\n" + header, header + #"{"key":"file"}"#, header + "\n" + #"{"key":"chmod","value":{"path":"a"}}"#,
        header + "\n" + #"{"key":"file","value":{"content":"x"}}"#,
        header + "\n" + #"{"key":"file","value":{"path":"a"}}"#,
        header + "\n" + #"{"key":"file","value":{"path":"a","content":"%","encoding":"base64"}}"#,
        header + "\n" + #"{"key":"file","value":{"path":"a","content":"x","encoding":"rot13"}}"#,
        header + "\n" + #"{"key":"lfsFile","value":{"path":"a","algo":"md5","oid":"00"}}"#,
        header + "\n" + #"{"key":"lfsFile","value":{"path":"a","oid":"00"}}"#,
        #"{"key":"header","value":{"summary":"s","parentCommit":"main"}}"#,
    ])
    func `what is no commit is refused`(text: String) async throws {
        try await withTestHub { test in
            #expect(await asyncCodeThrown(by: { try await read([Array(text.utf8)], test.hub) }) == .badRequest)
        }
    }

    private static let header = #"{"key":"header","value":{"summary":"s"}}"#

    @Test(arguments: [1, 1000, 1_000_000])
    func `a line that is too long is refused however it comes`(pieceLength: Int) async throws {
        var limits = HubLimits()
        limits.regularFileBytes = 300
        try await withTestHub(limits: limits) { test in
            let long = String(repeating: " ", count: 400 + 64 * 1024 + 1)
            let bytes = Array((Self.header + "\n" + long + "\n").utf8)
            let pieces = stride(from: 0, to: bytes.count, by: pieceLength).map { start in
                Array(bytes[start..<min(start + pieceLength, bytes.count)])
            }
            #expect(await asyncCodeThrown(by: { try await read(pieces, test.hub) }) == .tooLarge)
        }
    }
}
