// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Runs `body` with the path of a new empty folder, which is removed at the end.
public func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/vitrine-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A leftover folder must not turn a passed test into a failed one.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
