// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension RepoService {
    /// A repo's LFS files, the latest first: those of its branches with a path, those of old commits without one.
    /// - Parameter cursor: where the page before ended.
    public func lfsFiles(
        _ kind: RepoKind,
        _ id: RepoID,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .write)
            let count = min(max(limit ?? 100, 1), 1000)
            let after = try cursor.map(Self.position)
            let rows = try tx.lfsFiles(repo: repo.id, after: after, limit: count + 1)
            let page = rows.prefix(count)
            let places = try Self.places(of: Set(page.map(\.sha256)), in: repo, tx)
            let items = page.map { file -> JSONValue in
                let place = places[file.sha256]
                var item: JSONObject = [
                    "fileOid": .string(file.oid.hex), "oid": .string(file.sha256.hex), "size": .int(file.size),
                    "filename": .string(place?.path ?? ""), "pushedAt": .string(file.pushedAt.iso8601),
                ]
                if let place { item["ref"] = .string(place.ref) }
                return .object(item)
            }
            let next = rows.count > count ? page.last.map { "\($0.pushedAt.milliseconds)_\($0.sha256.hex)" } : nil
            return ItemPage(items: .array(items), next: next)
        }
    }

    private static func position(_ cursor: String) throws -> (pushedAt: Timestamp, sha256: BlobID) {
        let parts = cursor.split(separator: "_")
        guard parts.count == 2, let time = Int64(parts[0]), let id = BlobID(hex: parts[1]) else {
            throw HubError(.badRequest, "\"cursor\" is not one that this hub gave out")
        }
        return (Timestamp(milliseconds: time), id)
    }

    /// Where the heads of branches and tags have these bytes; main comes first.
    private static func places(
        of wanted: Set<BlobID>,
        in repo: RepoRecord,
        _ tx: ReadTransaction
    ) throws -> [BlobID: (path: String, ref: String)] {
        var places: [BlobID: (path: String, ref: String)] = [:]
        let main = RefName.headsPrefix + RefName.mainBranch
        let refs = try tx.refs(repo: repo.id).sorted {
            ($0.name != main ? 1 : 0, $0.name) < ($1.name != main ? 1 : 0, $1.name)
        }
        for ref in refs where places.count < wanted.count {
            let files = try TreeReader(tx).files(root: try tx.require(ref.target, in: repo).tree)
            let objects = try tx.fileObjects(files.map(\.entry.oid))
            for file in files {
                guard let object = objects[file.entry.oid], object.pointerSize != nil else { continue }
                if wanted.contains(object.sha256), places[object.sha256] == nil {
                    places[object.sha256] = (file.path, ref.name)
                }
            }
        }
        return places
    }
}
