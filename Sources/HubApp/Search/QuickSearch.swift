// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension ListingService {
    private static let quickLimit = 20

    /// The answer of `GET /api/quicksearch`: what a search field offers while one types.
    /// - Parameter kinds: which of `models`, `datasets`, `spaces`, `users`, `orgs` to look for; all when empty.
    public func quickSearch(_ text: String, kinds: [String], limit: Int, viewer: Viewer) async throws -> JSONValue {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= 16 else { throw HubError(.badRequest, "At most 16 words in one search") }
        let known = ["models", "datasets", "spaces", "users", "orgs"]
        // The singular is what the Hub's `type` says.
        let wanted = Set(kinds.map { $0.hasSuffix("s") ? $0 : $0 + "s" })
        guard wanted.isSubset(of: known) else {
            throw HubError(.badRequest, "\"type\" must be among \(known.joined(separator: ", "))")
        }
        let limit = max(1, min(limit, Self.quickLimit))
        let scope = viewer.visibilityScope
        return try await hub.store.read { tx in
            var answer: JSONObject = ["q": .string(text)]
            for kind in RepoKind.allCases where wanted.isEmpty || wanted.contains(kind.plural) {
                var query = RepoListQuery(kind: kind, scope: scope)
                query.search = words
                query.limit = limit
                let repos = words.isEmpty ? [] : try tx.repos(query)
                answer[kind.plural] = .array(
                    repos.map { repo in
                        [
                            "_id": .string(repo.publicID), "id": .string(repo.fullName),
                            "private": .bool(repo.visibility == .private), "trendingWeight": .double(repo.trending),
                        ]
                    }
                )
            }
            for (key, kind) in [("users", AccountRecord.Kind.user), ("orgs", .org)]
            where wanted.isEmpty || wanted.contains(key) {
                let accounts =
                    words.isEmpty ? [] : try tx.accounts(beginningWith: words.joined(), kind: kind, limit: limit)
                answer[key] = .array(
                    accounts.map { account in
                        [
                            "_id": .string(account.publicID), kind == .user ? "user" : "name": .string(account.name),
                            "fullname": .string(account.fullName),
                        ]
                    }
                )
            }
            return .object(answer)
        }
    }

    /// The answer of `GET /api/trending`.
    /// - Parameter type: `all`, `model`, `dataset` or `space`.
    public func trending(type: String, limit: Int, viewer: Viewer) async throws -> JSONValue {
        let kinds = RepoKind.allCases.filter { type == "all" || $0.rawValue == type }
        guard !kinds.isEmpty else { throw HubError(.badRequest, "\"type\" must be all, model, dataset or space") }
        let limit = max(1, min(limit, Self.quickLimit))
        let scope = viewer.visibilityScope
        return try await hub.store.read { tx in
            let repos = try kinds.flatMap { kind in
                var query = RepoListQuery(kind: kind, scope: scope)
                query.limit = limit
                return try tx.repos(query)
            }
            let first = repos.sorted { $0.trending > $1.trending }.prefix(limit)
            let items = first.map { repo -> JSONValue in
                let data: JSONValue = [
                    "_id": .string(repo.publicID), "id": .string(repo.fullName), "author": .string(repo.ownerName),
                    "likes": .int(repo.likes), "downloads": .int(repo.downloads),
                    "private": .bool(repo.visibility == .private), "lastModified": .string(repo.updatedAt.iso8601),
                    "repoType": .string(repo.kind.rawValue),
                    "pipeline_tag": repo.pipelineTag.map(JSONValue.string) ?? .null,
                ]
                return ["repoData": data, "repoType": .string(repo.kind.rawValue)]
            }
            return ["recentlyTrending": .array(items)]
        }
    }

    /// The answer of `GET /api/datasets/{id}/leaderboard`: the models' own scores on it, best first.
    /// - Throws: ``HubError/Code/notFound`` when no model reports one.
    public func leaderboard(_ id: RepoID, viewer: Viewer) async throws -> JSONValue {
        let scope = viewer.visibilityScope
        return try await hub.store.read { tx in
            let repo = try tx.repo(.dataset, id, for: viewer, .see)
            let rows = try tx.leaderboard(dataset: repo.fullName, visibleTo: scope, limit: 1000)
            guard !rows.isEmpty else { throw HubError(.notFound, "The dataset \(repo.fullName) has no leaderboard") }
            return .array(
                try rows.enumerated().map { index, row in
                    let entry = try JSONValue(parsing: Array(row.result.entry.utf8))
                    let author: JSONValue = [
                        "_id": .string("\(row.repo.ownerID)"), "name": .string(row.repo.ownerName),
                        "fullname": .string(row.repo.ownerName), "avatarUrl": "",
                        "type": .string(row.repo.ownerKind.rawValue),
                    ]
                    var json: JSONObject = [
                        "rank": .int(Int64(index + 1)), "modelId": .string(row.repo.fullName),
                        "value": .double(row.result.value ?? 0), "filename": .string(row.result.filename),
                        "verified": false, "author": author, "taskId": .string(row.result.taskID),
                    ]
                    for key in ["source", "notes", "date"] { json[key] = entry[key] }
                    return .object(json)
                }
            )
        }
    }
}
