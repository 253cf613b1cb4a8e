// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
public import NIOCore

extension GitService {
    /// Answers `POST git-upload-pack`.
    /// - Throws: for what the viewer may not see; what is wrong with the request itself is answered in the protocol.
    public func upload(
        _ kind: RepoKind,
        _ id: RepoID,
        body: ByteBuffer,
        version: Int,
        viewer: Viewer
    ) async throws -> GitAnswer {
        let (repo, refs) = try await refs(kind, id, .readFiles, viewer: viewer)
        do {
            guard version == 2 else {
                guard body.readableBytes > 0, body != ByteBuffer(string: "0000") else { return GitAnswer(ByteBuffer()) }
                return try await fetch(try FetchRequest(version0: body), version: 0, repo, refs)
            }
            guard let command = try GitCommand(parsing: body) else { return GitAnswer(ByteBuffer()) }
            switch command.name {
            case "ls-refs": return GitAnswer(refs.list(command.arguments))
            case "fetch":
                return try await fetch(try FetchRequest(version2: command.arguments), version: 2, repo, refs)
            default: throw HubError(.badRequest, "unknown command '\(command.name.prefix(60))'")
            }
        } catch let error as HubError where [.badRequest, .unsupported, .notFound, .overloaded].contains(error.code) {
            var buffer = ByteBuffer()
            buffer.writePktLine("ERR \(error.message)")
            return GitAnswer(buffer)
        }
    }

    private func fetch(_ request: FetchRequest, version: Int, _ repo: RepoRecord, _ refs: GitRefs) async throws
        -> GitAnswer
    {
        let hub = hub
        let found = try await hub.store.read { tx in try FetchState(request, repo: repo, refs, tx) }
        var lines = ByteBuffer()
        guard !request.wants.isEmpty else {
            if version == 2 { lines.writePktFlush() }
            return GitAnswer(lines)
        }
        let goesOn = version == 2 ? found.answer2(request, &lines) : found.answer0(request, &lines)
        guard goesOn else { return GitAnswer(lines) }
        let pack = PackAnswer(
            hub: hub,
            goal: found.goal,
            usesSideBand: request.usesSideBand,
            showsProgress: request.wantsProgress
        )
        return GitAnswer(lines, pack: pack)
    }
}

/// What a fetch comes to: what is in common, where history ends, what is to be sent.
struct FetchState: Sendable {
    private(set) var goal = PackGoal()
    private let shallow: ShallowPlan
    private let common: [GitOID]
    private let isReady: Bool
    private let last: GitOID?
    private let asksDepth: Bool

    /// Commits that are looked at for whether the client has named enough.
    private static let readyLimit = 20_000

    init(_ request: FetchRequest, repo: RepoRecord, _ refs: GitRefs, _ tx: ReadTransaction) throws {
        var graph = CommitGraph()
        var tagIDs = Set(refs.refs.compactMap(\.tag))
        if !request.wantsTags { tagIDs.formIntersection(request.wants) }
        let tags = tagIDs.isEmpty ? [] : try tx.tags(tagIDs, repo: repo.id)
        let byID = Dictionary(tags.map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
        for want in request.wants {
            if let tag = byID[want] {
                goal.tags.append(tag)
                goal.commits.append(tag.target)
            } else if try tx.repoHasCommit(repo: repo.id, want) {
                goal.commits.append(want)
            } else if try tx.fileObject(want, repo: repo.id) != nil {
                goal.files.append(want)
            } else {
                // The same words whether it is nowhere or in somebody else's repo.
                throw HubError(.notFound, "upload-pack: not our ref \(want)")
            }
        }
        common = try request.haves.filter { try tx.repoHasCommit(repo: repo.id, $0) }
        shallow = try ShallowPlan(request, wants: goal.commits, repo: repo.id, &graph, tx)
        asksDepth = request.depth.isAsked
        isReady =
            try !goal.commits.isEmpty
            && graph.allReach(goal.commits, Set(common), limit: Self.readyLimit, tx)
        last = common.last
        goal.commits += shallow.uncovered
        goal.haves = common + shallow.unshallow
        goal.ends = shallow.ends
        goal.filter = request.filter
        goal.isThin = request.takesThinPacks
        if request.wantsTags { goal.followedTags = tags }
    }

    /// Writes the sections of version 2 that go before the pack; whether it follows.
    func answer2(_ request: FetchRequest, _ lines: inout ByteBuffer) -> Bool {
        if !request.isDone, !request.haves.isEmpty || request.waitsForDone {
            lines.writePktLine("acknowledgments")
            if common.isEmpty { lines.writePktLine("NAK") }
            for oid in common { lines.writePktLine("ACK \(oid)") }
            guard isReady, !request.waitsForDone else {
                lines.writePktFlush()
                return false
            }
            lines.writePktLine("ready")
            lines.writePktDelimiter()
        }
        if asksDepth {
            lines.writePktLine("shallow-info")
            writeShallow(&lines)
            lines.writePktDelimiter()
        }
        lines.writePktLine("packfile")
        return true
    }

    /// Writes the lines of version 0 that go before the pack; whether it follows.
    func answer0(_ request: FetchRequest, _ lines: inout ByteBuffer) -> Bool {
        if asksDepth {
            writeShallow(&lines)
            lines.writePktFlush()
        }
        guard request.hasNegotiation || request.isDone else { return false }
        switch request.acknowledgement {
        case .detailed:
            for oid in common { lines.writePktLine("ACK \(oid) common") }
            let saysReady = isReady && !request.isDone
            if saysReady, let last { lines.writePktLine("ACK \(last) ready") }
            if request.isDone {
                lines.writePktLine(last.map { "ACK \($0)" } ?? "NAK")
                return true
            }
            lines.writePktLine("NAK")
            guard saysReady, request.needsNoDone, let last else { return false }
            lines.writePktLine("ACK \(last)")
            return true
        case .each:
            for oid in common { lines.writePktLine("ACK \(oid) continue") }
            lines.writePktLine(request.isDone ? last.map { "ACK \($0)" } ?? "NAK" : "NAK")
        case .first:
            lines.writePktLine(common.first.map { "ACK \($0)" } ?? "NAK")
        }
        return request.isDone
    }

    private func writeShallow(_ lines: inout ByteBuffer) {
        for oid in shallow.shallow { lines.writePktLine("shallow \(oid)") }
        for oid in shallow.unshallow { lines.writePktLine("unshallow \(oid)") }
    }
}
