// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
public import NIOCore

extension GitService {
    /// Bytes that the commands of a push may have.
    private static let commandBytes = 8 << 20

    /// Answers `POST git-receive-pack`: takes in a pack and moves refs to what it brings.
    ///
    /// What is wrong with the push is told in the answer, ref by ref; then nothing has changed.
    /// - Throws: for who may neither write nor make pull requests, and for what is no push at all.
    public func receive<Body: AsyncSequence & Sendable>(
        _ kind: RepoKind,
        _ id: RepoID,
        body: Body,
        viewer: Viewer
    ) async throws -> ByteBuffer where Body.Element == ByteBuffer {
        let repo = try await hub.store.read { try $0.repo(kind, id, for: viewer, .propose) }
        var request = PushRequest()
        var commands = ByteBuffer()
        var push: Push?
        var problem: PackProblem?
        for try await chunk in body {
            if let push {
                // Read to its end in any case: git looks at the answer only when it has sent all.
                guard problem == nil else { continue }
                do { try await push.feed(chunk) } catch let error as PackProblem { problem = error }
                continue
            }
            commands.writeImmutableBuffer(chunk)
            guard commands.readableBytes <= Self.commandBytes else {
                throw HubError(.tooLarge, "The commands of a push have at most \(Self.commandBytes) bytes")
            }
            guard try request.read(from: &commands) else { continue }
            let begun = try await Push(hub: hub, kind: kind, id: id, repo: repo, request: request, viewer: viewer)
            do { try await begun.feed(commands) } catch let error as PackProblem { problem = error }
            push = begun
        }
        // What git sends to find out whether it may push.
        guard let push, !request.commands.isEmpty else {
            guard commands.readableBytes == 0 else { throw HubError(.badRequest, "The push ends within its commands") }
            return ByteBuffer()
        }
        var report = PushReport(request)
        do {
            if let problem { throw problem }
            try await push.run(&report)
        } catch let error as PackProblem {
            report.fail(unpack: error.reason)
        } catch let error as PushRefusal {
            report.refuse(error.lines)
        } catch let error as HubError where Self.isAnswer(error) {
            report.refuse([error.message])
        }
        return report.answer
    }

    /// Whether an error is a finding about the push, to be told in its report.
    private static func isAnswer(_ error: HubError) -> Bool {
        [
            .badRequest, .unprocessable, .forbidden, .conflict, .preconditionFailed, .quotaExceeded, .tooLarge,
            .unsupported, .notFound, .storageFull, .unavailable,
        ].contains(error.code)
    }
}

/// What became of a push, as git reads it.
struct PushReport {
    private let request: PushRequest
    private var unpack = "ok"
    private var refused: [String: String] = [:]
    private var messages: [String] = []

    init(_ request: PushRequest) { self.request = request }

    /// Refs that nothing is wrong with yet.
    var open: [PushRequest.Command] { request.commands.filter { refused[$0.ref] == nil } }
    var hasRefused: Bool { !refused.isEmpty }

    mutating func refuse(_ ref: String, _ reason: String) { refused[ref] = reason }

    /// None of it was done.
    mutating func refuseRest(_ reason: String) {
        for command in open { refused[command.ref] = reason }
    }

    mutating func refuse(_ lines: [String]) {
        messages += lines
        refuseRest("pre-receive hook declined")
    }

    mutating func fail(unpack reason: String) {
        unpack = reason
        refuseRest("unpacker error")
    }

    var answer: ByteBuffer {
        var status = ByteBuffer()
        status.writePktLine("unpack \(unpack)")
        for command in request.commands {
            status.writePktLine(refused[command.ref].map { "ng \(command.ref) \($0)" } ?? "ok \(command.ref)")
        }
        status.writePktFlush()
        guard request.usesSideBand else { return request.reports ? status : ByteBuffer() }
        var answer = ByteBuffer()
        for message in messages { answer.writeSideBand(.progress, message + "\n") }
        if request.reports { answer.writeSideBand(.pack, status) }
        answer.writePktFlush()
        return answer
    }
}
