// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
public import NIOCore
import Synchronization

/// The answer to a fetch, piece by piece: some lines, then perhaps a pack.
public actor GitAnswer {
    private enum Stage {
        case head, plan
        case packing(PackMaker)
        case over
    }

    private let head: ByteBuffer
    private let pack: PackAnswer?
    private var stage = Stage.head
    private var framing: PackFraming
    /// What is made while the piece before is on its way.
    private var following: Task<ByteBuffer?, any Error>?

    init(_ head: ByteBuffer, pack: PackAnswer? = nil) {
        self.head = head
        self.pack = pack
        framing = PackFraming(usesSideBand: pack?.usesSideBand ?? false)
    }

    deinit { following?.cancel() }

    /// The next piece, or `nil` after the last.
    ///
    /// What fails midway is told to the client in the protocol's own words, where it understands them.
    public func next() async throws -> ByteBuffer? {
        do { return try await step() } catch let error as HubError where pack?.usesSideBand == true {
            stage = .over
            var line = ByteBuffer()
            line.writeSideBand(.fatal, "upload-pack: \(error.message)\n")
            line.writePktFlush()
            return line
        }
    }

    private func step() async throws -> ByteBuffer? {
        switch stage {
        case .head:
            stage = pack == nil ? .over : .plan
            return head.readableBytes > 0 ? head : try await step()
        case .plan:
            guard let pack else { return nil }
            let plan = try await pack.hub.planPack(pack.goal)
            let maker = try PackMaker(hub: pack.hub, plan: plan)
            following = Task { try await maker.next() }
            stage = .packing(maker)
            var start = ByteBuffer()
            if pack.showsProgress, pack.usesSideBand {
                start.writeSideBand(.progress, "Enumerating objects: \(plan.count), done.\n")
            }
            start.writeImmutableBuffer(framing.frame(try await maker.header(adding: 0)))
            return start
        case .packing(let maker):
            guard let bytes = try await following?.value else {
                stage = .over
                return framing.end()
            }
            following = Task { try await maker.next() }
            return framing.frame(bytes)
        case .over: return nil
        }
    }
}

/// What a pack is made from, and how it is sent.
struct PackAnswer: Sendable {
    let hub: Hub
    let goal: PackGoal
    let usesSideBand: Bool
    let showsProgress: Bool
}

/// Wraps a pack's bytes for the client and keeps their digest, which ends the pack.
struct PackFraming {
    private let usesSideBand: Bool
    private var digest = Insecure.SHA1()

    init(usesSideBand: Bool) { self.usesSideBand = usesSideBand }

    mutating func frame(_ bytes: ByteBuffer) -> ByteBuffer {
        bytes.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
        return wrap(bytes)
    }

    mutating func end() -> ByteBuffer {
        var buffer = wrap(ByteBuffer(bytes: Array(digest.finalize())))
        if usesSideBand { buffer.writePktFlush() }
        return buffer
    }

    private func wrap(_ bytes: ByteBuffer) -> ByteBuffer {
        guard usesSideBand else { return bytes }
        var buffer = ByteBuffer()
        buffer.writeSideBand(.pack, bytes)
        return buffer
    }
}

extension Hub {
    /// Walks to everything a pack needs, step by step.
    func planPack(_ goal: PackGoal) async throws -> PackPlan {
        let walk = SharedWalk(goal)
        while true {
            try Task.checkCancellation()
            if let plan = try await store.read({ try walk.step($0) }) { return plan }
        }
    }
}

/// A walk that goes from one transaction to the next without being copied.
private final class SharedWalk: Sendable {
    private let walk: Mutex<PackWalk>

    init(_ goal: PackGoal) { walk = Mutex(PackWalk(goal)) }

    func step(_ tx: ReadTransaction) throws -> PackPlan? { try walk.withLock { try $0.step(tx) } }
}
