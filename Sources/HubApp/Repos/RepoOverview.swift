// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// What a page about a repo shows beside its description, and what the viewer may do there.
public struct RepoOverview: Sendable {
    /// As `GET /api/{kind}/{id}` has it, with the fields that were asked for.
    public let info: JSONValue
    /// Where main is, if anything was pushed.
    public let commit: GitOID?
    /// Whether main has more than a new repo's own files.
    public let hasFiles: Bool
    public let isLiked: Bool
    public let mayReadFiles: Bool
    public let mayWrite: Bool
    public let mayAdminister: Bool
    /// What became of the viewer's request to read a gated repo: pending, accepted or rejected.
    public let accessRequest: String?
    public let openDiscussions: Int64
    public let discussionsDisabled: Bool
    public let isPrivate: Bool
    /// What is wrong with the card's front matter.
    public let cardError: String?
    /// Downloads by UTC day (20261123) of the last year; days without any are left out.
    public let downloads: [(day: Int64, count: Int64)]
    /// Text of README.md on main without its front matter; cut off where it is longer than anybody reads.
    public let card: String?
}

extension RepoService {
    /// Bytes of a card that are shown.
    private static let shownCardBytes = 1 << 20

    /// - Parameter fields: of the description, as `expand` names them.
    public func overview(
        _ kind: RepoKind,
        _ id: RepoID,
        fields: [String],
        withCard: Bool,
        baseURL: String,
        viewer: Viewer
    ) async throws -> RepoOverview {
        let fields = try RepoField.parse(fields, kind: kind)
        let warm = hub.warm.names
        let since = hub.clock.now.adding(seconds: -364 * 86_400).day
        let (found, readme) = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .see)
            let commit = try tx.head(of: repo)
            let presenter = RepoPresenter(tx: tx, repo: repo, commit: commit, baseURL: baseURL, warm: warm)
            var open = DiscussionFilter()
            open.statuses = [.open]
            let entry = try withCard ? commit.flatMap { try Self.readme(at: $0, tx) } : nil
            let overview = RepoOverview(
                info: try presenter.json(fields),
                commit: commit?.oid,
                hasFiles: try commit.map { try Self.hasFiles(at: $0, tx) } ?? false,
                isLiked: try viewer.accountID.map { try tx.isLiked(repo: repo.id, byAccount: $0) } ?? false,
                mayReadFiles: try tx.mayReadFiles(repo, viewer),
                mayWrite: viewer.canWrite(repo),
                mayAdminister: viewer.canAdminister(repo),
                accessRequest: try repo.gated == nil
                    ? nil
                    : viewer.accountID.flatMap { try tx.accessRequest(repo: repo.id, account: $0)?.status.rawValue },
                openDiscussions: try tx.discussionCount(repo: repo.id, open),
                discussionsDisabled: repo.discussionsDisabled,
                isPrivate: repo.visibility == .private,
                cardError: try tx.card(repo: repo.id)?.error,
                downloads: try tx.downloads(ofRepo: repo.id, since: since),
                card: nil
            )
            return (overview, entry)
        }
        guard let readme else { return found }
        do {
            let bytes = try await hub.blobs.open(readme).prefix(Self.shownCardBytes)
            return found.with(card: FrontMatter(readme: bytes).body)
        } catch let error as HubError where error.code == .notFound || error.code == .corrupt {
            // The rest of the page is there all the same; who opens the file is told.
            return found
        }
    }

    private static func hasFiles(at commit: CommitRecord, _ tx: ReadTransaction) throws -> Bool {
        var found = false
        try TreeReader(tx).walk(commit.tree, prefix: "", recursive: false, after: nil) { located in
            found = ![".gitattributes", "README.md"].contains(located.path)
            return !found
        }
        return found
    }

    private static func readme(at commit: CommitRecord, _ tx: ReadTransaction) throws -> BlobID? {
        guard let entry = try TreeReader(tx).entry(at: RepoPath("README.md"), root: commit.tree), !entry.isFolder,
            let file = try tx.fileObjects([entry.oid])[entry.oid], try !tx.isDamaged(file.sha256)
        else { return nil }
        return file.sha256
    }
}

extension RepoOverview {
    fileprivate func with(card: String) -> RepoOverview {
        RepoOverview(
            info: info,
            commit: commit,
            hasFiles: hasFiles,
            isLiked: isLiked,
            mayReadFiles: mayReadFiles,
            mayWrite: mayWrite,
            mayAdminister: mayAdminister,
            accessRequest: accessRequest,
            openDiscussions: openDiscussions,
            discussionsDisabled: discussionsDisabled,
            isPrivate: isPrivate,
            cardError: cardError,
            downloads: downloads,
            card: card
        )
    }
}
