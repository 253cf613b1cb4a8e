// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation

/// A folder of a test's own; gone when the test is over.
struct Scratch: Sendable {
    let path: String

    /// Writes a file with the folders above it, and returns where it is.
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
}

func withScratch<Result>(_ body: (Scratch) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("hubctl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    // Left behind is a folder in the system's temporary place, nothing worse.
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(Scratch(path: url.path))
}

func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// Bytes that do not compress and are the same in each run.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}
