// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
public import NIOCore
import NIOPosix
import Synchronization

/// The answer to a fetch, piece by piece: some lines, then perhaps a pack.
public actor GitAnswer {
    private enum Stage {
        case head, plan
        case packing(PackMaker, PackRecording?)
        /// A pack that was sent before, from a byte on.
        case sending(PackCache.Pack, Int64)
        case over
    }

    /// What is read at once of a pack that was sent before.
    private static let readBytes: Int64 = 1 << 20

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
            let key = PackCache.Key(pack.goal)
            if let known = key.flatMap({ pack.hub.packCache.find($0) }) {
                stage = .sending(known, 0)
                let start = announce(known.count)
                return start.readableBytes > 0 ? start : try await step()
            }
            let plan = try await pack.hub.planPack(pack.goal)
            let maker = try PackMaker(hub: pack.hub, plan: plan)
            let recording = PackRecording(pack.hub, key, count: plan.count)
            let header = try await maker.header(adding: 0)
            await recording?.append(header)
            follow(maker, recording)
            stage = .packing(maker, recording)
            var start = announce(plan.count)
            start.writeImmutableBuffer(framing.frame(header))
            return start
        case .packing(let maker, let recording):
            guard let bytes = try await following?.value else {
                stage = .over
                let (end, digest) = framing.end()
                await recording?.append(digest)
                await recording?.finish()
                return end
            }
            follow(maker, recording)
            return framing.frame(bytes)
        case .sending(let known, let offset):
            let count = Int(min(known.file.size - offset, Self.readBytes))
            guard count > 0 else {
                stage = .over
                return framing.flush()
            }
            stage = .sending(known, offset + Int64(count))
            let file = known.file
            let bytes = try await NIOThreadPool.singleton.runIfActive {
                var buffer = ByteBufferAllocator().buffer(capacity: count)
                try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
                    try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(count)))
                    return count
                }
                return buffer
            }
            return framing.wrap(bytes)
        case .over: return nil
        }
    }

    /// Makes the next batch, and writes it down, while the one before is on its way.
    private func follow(_ maker: PackMaker, _ recording: PackRecording?) {
        following = Task {
            guard let bytes = try await maker.next() else { return nil }
            await recording?.append(bytes)
            return bytes
        }
    }

    private func announce(_ count: Int) -> ByteBuffer {
        var line = ByteBuffer()
        if pack?.showsProgress == true, pack?.usesSideBand == true {
            line.writeSideBand(.progress, "Enumerating objects: \(count), done.\n")
        }
        return line
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

    /// What ends the pack, and within it the digest.
    mutating func end() -> (framed: ByteBuffer, digest: ByteBuffer) {
        let digest = ByteBuffer(bytes: Array(digest.finalize()))
        var buffer = wrap(digest)
        if usesSideBand { buffer.writePktFlush() }
        return (buffer, digest)
    }

    /// What ends a pack whose bytes have its digest in them.
    func flush() -> ByteBuffer? {
        guard usesSideBand else { return nil }
        var buffer = ByteBuffer()
        buffer.writePktFlush()
        return buffer
    }

    /// Bytes of a pack as they are sent, not counted in the digest.
    func wrap(_ bytes: ByteBuffer) -> ByteBuffer {
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
