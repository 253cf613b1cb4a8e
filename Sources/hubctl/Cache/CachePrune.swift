// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct CachePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete cached revisions that no branch or tag stands for, and downloads that never ended.",
        discussion: """
            Downloads that are under way are left alone.

            EXAMPLES:
              hubctl cache prune --dry-run
              hubctl cache prune
            """
    )

    @Flag(help: "Only list what would go.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let cache = context.environment.cache
            let dryRun = dryRun
            let rows = try await Disk.run {
                try CachedRepo.all(in: cache).compactMap { repo -> PruneRow? in
                    let plan = PrunePlan(repo)
                    guard !plan.isEmpty else { return nil }
                    let freed = dryRun ? plan.size : try Self.carryOut(plan, repo, cache: cache)
                    return PruneRow(repo: repo, plan: plan, size: freed)
                }
            }
            context.terminal.list(rows, asJSON: context.isJSON)
            let size = Units.size(rows.reduce(0) { $0 + $1.size })
            context.terminal.say(dryRun ? "\(size) would be freed" : "\(size) freed")
        }
    }

    /// Returns the bytes freed. Blocks.
    private static func carryOut(_ plan: PrunePlan, _ repo: CachedRepo, cache: String) throws -> Int64 {
        for commit in plan.snapshots { try Files.removeTree("\(repo.folder)/snapshots/\(commit)") }
        let shared = SharedBlobs(cache: cache)
        var freed: Int64 = 0
        for name in plan.blobs + plan.incomplete {
            let etag = name.prefix { $0 != "." }
            guard let lock = try FileLock.attempt("\(cache)/.locks/\(repo.name)/\(etag).lock") else { continue }
            defer { lock.release() }
            let path = "\(repo.folder)/blobs/\(name)"
            if let entry = try shared.target(ofBlob: path) {
                try Files.remove(path)
                freed += try shared.sweep(entry)
            } else {
                freed += try Files.status(path, followingLinks: false)?.size ?? 0
                try Files.remove(path)
            }
        }
        if try CachedRepo.all(in: cache).first(where: { $0.folder == repo.folder })?.isHollow == true {
            try Files.removeTree(repo.folder)
        }
        return freed
    }
}

extension CachedRepo {
    /// Nothing is left but the folder.
    fileprivate var isHollow: Bool { blobs.isEmpty && incomplete.isEmpty && snapshots.isEmpty }
}

struct PruneRow: ListDisplayable, Sendable {
    static let columns: [Table.Column] = [
        .init("TYPE"), .init("ID"), .init("REVISIONS", isNumber: true), .init("FILES", isNumber: true),
        .init("INCOMPLETE", isNumber: true), .init("SIZE", isNumber: true),
    ]

    let repo: CachedRepo
    let plan: PrunePlan
    /// Bytes.
    let size: Int64

    var cells: [String] {
        [
            repo.kind.rawValue, repo.id, String(plan.snapshots.count), String(plan.blobs.count),
            String(plan.incomplete.count), Units.size(size),
        ]
    }

    var json: JSONValue {
        [
            "type": .string(repo.kind.rawValue), "id": .string(repo.id), "size": .int(size),
            "revisions": .array(plan.snapshots.map { .string($0) }), "files": .array(plan.blobs.map { .string($0) }),
            "incomplete": .array(plan.incomplete.map { .string($0) }),
        ]
    }
}
