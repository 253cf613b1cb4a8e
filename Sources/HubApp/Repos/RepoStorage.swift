// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension RepoService {
    /// An account's repos and what each takes of its storage: one's own, or those of an organisation one is a member of.
    /// - Parameters:
    ///   - owner: an organisation; `nil` for whoever asks.
    ///   - cursor: where the page before ended.
    public func storage(
        of owner: AccountName?,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        guard let asking = viewer.account else {
            throw HubError(.unauthenticated, "Log in to list repositories with their storage")
        }
        let count = min(max(limit ?? 100, 1), 1000)
        let after = try cursor.map { text in
            guard let id = Int64(text), id >= 0 else {
                throw HubError(.badRequest, "\"cursor\" is not one that this hub gave out")
            }
            return id
        }
        return try await hub.store.read { tx in
            var account = asking
            if let owner {
                let found = try tx.person(owner, .org)
                guard asking.isAdmin || viewer.role(inNamespace: found.id) != nil else {
                    throw HubError(.forbidden, "Only members of \(owner) may list its repositories with their storage")
                }
                account = found
            }
            let rows = try tx.repoStorage(owner: account.id, after: after ?? 0, limit: count + 1)
            let total = try tx.usedStorage(owner: account.id)
            let page = rows.prefix(count)
            // A token that may not read a repo is not told of it either.
            let items = page.filter { viewer.canSee($0.repo) }.map { row -> JSONValue in
                var item: JSONObject = [
                    "id": .string(row.repo.fullName), "type": .string(row.repo.kind.rawValue),
                    "updatedAt": .string(row.repo.updatedAt.iso8601),
                    "visibility": .string(row.repo.visibility.rawValue), "storage": .int(row.bytes),
                ]
                if total > 0 { item["storagePercent"] = .double(Double(row.bytes) / Double(total)) }
                return .object(item)
            }
            let next = rows.count > count ? page.last.map { String($0.repo.id) } : nil
            return ItemPage(items: .array(items), next: next)
        }
    }
}
