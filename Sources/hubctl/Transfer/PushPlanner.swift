// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks the server how it wants each file, and finds out which it has already.
struct PushPlanner: Sendable {
    /// Files asked about in one call; the server's limit.
    static let batchSize = 256

    let client: HubClient
    let target: RepoTarget
    let revision: String
    let createPR: Bool
    let progress: Progress

    func plan(_ files: [LocalFile], deleting: [Glob]) async throws -> PushPlan {
        var answers: [String: Preupload] = [:]
        var parent: GitOID?
        for start in stride(from: 0, to: files.count, by: Self.batchSize) {
            let batch = Array(files[start..<min(start + Self.batchSize, files.count)])
            let (found, head) = try await ask(batch)
            answers.merge(found) { _, new in new }
            if start == 0 { parent = head }
        }
        let known = answers
        progress.expect(files: files.count, bytes: files.reduce(0) { $0 + $1.size })
        let items = try await inParallel(files, width: 4) { file in
            guard let answer = known[file.path] else {
                throw CommandFailure("\(client.origin) does not say how to push \(file.path)", status: .fault)
            }
            return try await examine(file, answer)
        }
        return PushPlan(items: items, deletions: try await deletions(deleting, kept: files), parent: parent)
    }

    private func examine(_ file: LocalFile, _ answer: Preupload) async throws -> PushItem {
        let bar = progress.begin(file.path, bytes: file.size)
        defer { progress.finish(bar) }
        guard !answer.isIgnored else { return PushItem(file: file, isLarge: answer.isLarge, state: .ignored, id: nil) }
        // An LFS object of no bytes is refused by servers.
        let isLarge = answer.isLarge && file.size > 0
        let id = try await Disk.run { try file.digest(large: isLarge) { progress.advance(bar, by: $0) } }
        let state: PushItem.State =
            switch answer.oid {
            case nil: .new
            case id.hex: .unchanged
            default: .changed
            }
        return PushItem(file: file, isLarge: isLarge, state: state, id: id)
    }

    private func ask(_ files: [LocalFile]) async throws -> ([String: Preupload], GitOID?) {
        let entries = try await Disk.run {
            try files.map { file -> JSONValue in
                [
                    "path": .string(file.path), "size": .int(file.size),
                    "sample": .string(Data(try file.sample()).base64EncodedString()),
                ]
            }
        }
        let path = "\(target.apiPath)/preupload/\(URLText.segment(revision))"
        let query = createPR ? [("create_pr", "1")] : []
        let answer = try await client.json(
            HubRequest(.POST, client.url(path, query)).json(["files": .array(entries)])
        )
        var found: [String: Preupload] = [:]
        for entry in answer["files"]?.arrayValue ?? [] {
            if let path = entry["path"]?.stringValue { found[path] = Preupload(entry) }
        }
        return (found, answer["commitOid"]?.stringValue.flatMap { GitOID(hex: $0) })
    }

    private func deletions(_ patterns: [Glob], kept: [LocalFile]) async throws -> [String] {
        guard !patterns.isEmpty else { return [] }
        let kept = Set(kept.map(\.path))
        return try await client.files(target, revision: revision).map(\.path).filter { path in
            !kept.contains(path) && patterns.contains { $0.matches(path) }
        }
    }
}
