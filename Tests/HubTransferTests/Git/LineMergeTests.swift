// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubTestSupport
import HubTransfer
import Testing

@Suite struct LineMergeTests {
    private func merge(_ base: String, _ ours: String, _ theirs: String) -> String? {
        LineMerge.merge(base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `changes apart from each other are both kept`() {
        let base = "a\nb\nc\nd\ne\n"
        #expect(merge(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n") == "A\nb\nc\nd\nE\n")
        #expect(merge(base, "b\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n") == "b\nc\nd\ne\nf\n")
        #expect(merge(base, "a\nb\nc\nd\ne\n", "a\nc\ne\n") == "a\nc\ne\n")
        #expect(merge(base, "a\nnew\nb\nc\nd\ne\n", "a\nb\nc\n") == "a\nnew\nb\nc\n")
    }

    @Test func `the same change on both sides is made once`() {
        #expect(merge("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n") == "a\nB\nc\n")
        #expect(merge("a\nb\n", "a\n", "a\n") == "a\n")
    }

    @Test func `different changes in one place, or next to each other, are a conflict`() {
        #expect(merge("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n") == nil)
        #expect(merge("a\nb\nc\n", "a\nc\n", "a\nY\nc\n") == nil)
        #expect(merge("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nb\nY\nd\n") == nil)
        #expect(merge("", "mine\n", "yours\n") == nil)
        #expect(merge("a\n", "a\nmine\n", "a\nyours\n") == nil)
    }

    @Test func `what merges here merges alike in git`() async throws {
        var generator = SplitMix(state: 7)
        try await withTemporaryDirectory { folder in
            var clean = 0
            for _ in 0..<150 {
                let base = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    String("abcd".randomElement(using: &generator) ?? "a")
                }
                func changed() -> [String] {
                    var lines = base
                    for _ in 0..<Int.random(in: 0...2, using: &generator) {
                        let place = Int.random(in: 0...lines.count, using: &generator)
                        if Bool.random(using: &generator) || place == lines.count {
                            lines.insert("new\(Int.random(in: 0...3, using: &generator))", at: place)
                        } else {
                            lines.remove(at: place)
                        }
                    }
                    return lines
                }
                let texts = [base, changed(), changed()].map { $0.map { $0 + "\n" }.joined() }
                guard let merged = merge(texts[0], texts[1], texts[2]) else { continue }
                clean += 1
                let git = try Self.mergeFile(texts, in: folder)
                #expect(git.status == 0 && git.text == merged, "\(texts)")
            }
            #expect(clean > 50)
        }
    }

    private static func mergeFile(_ texts: [String], in folder: String) throws -> (status: Int32, text: String) {
        let paths = ["base", "ours", "theirs"].map { folder + "/" + $0 }
        for (path, text) in zip(paths, texts) { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "merge-file", "-p", paths[1], paths[0], paths[2]]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// The same numbers in every run.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    @Test func `a last line without its end is a line`() {
        #expect(merge("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD") == "A\nb\nc\nD")
        #expect(merge("a\nb\nc", "a\nb\nc\n", "A\nb\nc") == "A\nb\nc\n")
    }
}
