// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import NIOCore

/// What a client looks for in a list of repos; strings as they come in the query.
public struct ListingRequest: Sendable {
    public var search: [String] = []
    public var author: String?
    /// Whole tags, all of which a repo must have.
    public var filters: [String] = []
    /// For each list: tags of which a repo must have one.
    public var anyOfFilters: [[String]] = []
    /// Programs that can run the model, as the Hub names them.
    public var apps: [String] = []
    /// Only models in the memory of the inference worker.
    public var warmOnly = false
    /// Only models that a service elsewhere runs: there is none for what is on this hub.
    public var servedElsewhere = false
    /// Only spaces that name a model or dataset.
    public var linked = false
    public var pipelineTag: String?
    public var gated: Bool?
    /// `min:6B,max:128B`.
    public var parameters: String?
    public var sort: String?
    public var ascending = false
    public var limit: Int?
    public var cursor: String?
    public var full = false
    public var cardData = false
    public var config = false
    public var expand: [String] = []

    public init() {}
}

/// Lists and searches of repos, and the counts beside them.
public struct ListingService: Sendable {
    let hub: Hub

    public struct Page: Sendable {
        public let items: JSONValue
        /// What to send as `cursor` for the next page, if there is one.
        public let next: String?
    }

    static let defaultLimit = 1000
    static let maximumLimit = 1000

    /// A kept answer to the same question, if nothing was written since.
    /// - Parameter key: the whole question: who asks does not matter, for only what anybody may see is kept.
    public func kept(_ key: String) -> ListingAnswer? {
        hub.listingCache.answer(key, change: hub.store.changeCounter)
    }

    /// A page of the repos of a kind, written out.
    /// - Parameter key: under which to keep the answer; heeded for the anonymous only.
    /// - Throws: ``HubError/Code/badRequest`` for a sort, cursor, limit or `expand` that means nothing.
    public func answer(
        _ kind: RepoKind,
        _ request: ListingRequest,
        baseURL: String,
        keepAs key: String,
        viewer: Viewer
    ) async throws -> ListingAnswer {
        let change = hub.store.changeCounter
        let answer = try await written(kind, request, baseURL: baseURL, viewer: viewer)
        // What is in memory changes without a write.
        if viewer.isAnonymous, !request.warmOnly, !request.expand.contains("inference") {
            hub.listingCache.keep(answer, for: key, change: change)
        }
        return answer
    }

    private func written(
        _ kind: RepoKind,
        _ request: ListingRequest,
        baseURL: String,
        viewer: Viewer
    ) async throws -> ListingAnswer {
        let fields = try RepoField.parse(request.expand, kind: kind)
        let shown =
            fields.isEmpty
            ? RepoField.ofList(kind, full: request.full, cardData: request.cardData, config: request.config) : fields
        guard let encoder = ListEncoder(shown) else {
            let page = try await list(kind, request, baseURL: baseURL, viewer: viewer)
            var body = ByteBuffer()
            page.items.write(into: &body)
            return ListingAnswer(body: body, next: page.next)
        }
        let query = try query(kind, request, scope: viewer.visibilityScope)
        if request.servedElsewhere { return ListingAnswer(body: ByteBuffer(string: "[]"), next: nil) }
        // A walk along an index takes less time than another thread takes to wake.
        if request.author == nil, query.isWalk,
            let answer = try hub.store.readInline({ tx in
                try Self.write(query, with: encoder, tx)
            })
        {
            return answer
        }
        return try await hub.store.read { tx in
            var query = query
            if let author = request.author {
                guard let name = try? AccountName(author), let owner = try tx.account(named: name) else {
                    return ListingAnswer(body: ByteBuffer(string: "[]"), next: nil)
                }
                query.owner = owner.id
            }
            return try Self.write(query, with: encoder, tx)
        }
    }

    private static func write(
        _ query: RepoListQuery,
        with encoder: ListEncoder,
        _ tx: ReadTransaction
    ) throws -> ListingAnswer {
        var query = query
        var encoder = encoder
        let size = query.limit
        query.limit = size + 1
        var more = false
        try tx.forEachListRow(query, head: encoder.needsHead) { row in
            if encoder.count < size { encoder.write(row, sort: query.sort) } else { more = true }
        }
        encoder.finish()
        let next = more ? encoder.lastCursor.map(ListingCursor.encode) : nil
        return ListingAnswer(body: encoder.buffer, next: next)
    }

    /// A page of the repos of a kind.
    /// - Throws: ``HubError/Code/badRequest`` for a sort, cursor, limit or `expand` that means nothing.
    public func list(_ kind: RepoKind, _ request: ListingRequest, baseURL: String, viewer: Viewer) async throws -> Page
    {
        let fields = try RepoField.parse(request.expand, kind: kind)
        let shown =
            fields.isEmpty
            ? RepoField.ofList(kind, full: request.full, cardData: request.cardData, config: request.config) : fields
        let query = try query(kind, request, scope: viewer.visibilityScope)
        if request.servedElsewhere { return Page(items: [], next: nil) }
        let warm = hub.warm.names
        return try await hub.store.read { tx in
            var query = query
            if let author = request.author {
                guard let name = try? AccountName(author), let owner = try tx.account(named: name) else {
                    return Page(items: [], next: nil)  // Nobody of that name has repos: an empty list, as on the Hub.
                }
                query.owner = owner.id
            }
            let size = query.limit
            query.limit = size + 1
            let rows = try tx.repos(query)
            let page = rows.prefix(size)
            let items = try page.map { repo -> JSONValue in
                let commit = shown.contains { $0 == .sha || $0 == .siblings } ? try tx.head(of: repo) : nil
                return try RepoPresenter(tx: tx, repo: repo, commit: commit, baseURL: baseURL, warm: warm).json(shown)
            }
            let next = rows.count > size ? page.last.map { ListingCursor.encode($0.cursor(query.sort)) } : nil
            return Page(items: .array(items), next: next)
        }
    }

    private func query(
        _ kind: RepoKind,
        _ request: ListingRequest,
        scope: VisibilityScope
    ) throws -> RepoListQuery {
        var query = RepoListQuery(kind: kind, scope: scope)
        query.pipelineTag = request.pipelineTag
        query.tags = request.filters
        query.anyOfTags = request.anyOfFilters
        if !request.apps.isEmpty { query.anyOfTags.append(try LocalApps.tags(request.apps)) }
        query.isLinked = request.linked
        if request.warmOnly { query.names = Array(hub.warm.names ?? []) }
        query.search = request.search.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        guard query.search.count <= 16, query.tags.count <= 16 else {
            throw HubError(.badRequest, "At most 16 words and 16 filters in one search")
        }
        query.gated = request.gated
        query.ascending = request.ascending
        if let sort = request.sort { query.sort = try Self.sort(sort) }
        if let parameters = request.parameters { query.parameters = try ParameterRange.parse(parameters) }
        if let cursor = request.cursor { query.after = try ListingCursor.decode(cursor) }
        if let limit = request.limit {
            guard limit > 0 else { throw HubError(.badRequest, "\"limit\" must be a positive number") }
        }
        query.limit = min(request.limit ?? Self.defaultLimit, Self.maximumLimit)
        return query
    }

    /// Old clients write the names of the fields they see.
    private static func sort(_ name: String) throws -> RepoListQuery.Sort {
        let aliases = ["last_modified": "lastModified", "created_at": "createdAt", "trending_score": "trendingScore"]
        let plain = name.hasPrefix("-") ? String(name.dropFirst()) : name
        guard let sort = RepoListQuery.Sort(rawValue: aliases[plain] ?? plain) else {
            let choices = RepoListQuery.Sort.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: "|")
            throw HubError(.badRequest, "Invalid option: expected one of \(choices) at \"sort\"")
        }
        return sort
    }
}
