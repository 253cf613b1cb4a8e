// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix

/// Turns a plan into the bytes of a pack, one batch after another; memory does not grow with the pack.
///
/// What costs time, packing and digests, happens on threads of its own.
actor PackMaker {
    /// Bytes of objects that one batch has at least, if there are so many.
    private static let batchBytes = 1 << 20
    private static let batchObjects = 1000

    /// One object before it is packed.
    private struct Piece: Sendable {
        let kind: PackEntryKind
        var base: GitOID?
        let bytes: ByteBuffer
    }

    private let hub: Hub
    private let plan: PackPlan
    private var position = 0
    private let packer: Packer

    init(hub: Hub, plan: PackPlan) throws {
        self.hub = hub
        self.plan = plan
        packer = try Packer()
    }

    /// The header of a pack with `count` more objects than the plan has.
    func header(adding count: Int) throws -> ByteBuffer {
        guard let objects = UInt32(exactly: plan.count + count) else {
            throw HubError(.tooLarge, "The repository has more objects than a pack can hold")
        }
        return PackFormat.header(objects: objects)
    }

    /// The next objects; `nil` after the last.
    func next() async throws -> ByteBuffer? {
        guard position < plan.count else { return nil }
        let pieces = try await pieces()
        let packer = packer
        return try await NIOThreadPool.singleton.runIfActive { try packer.pack(pieces) }
    }

    // MARK: Reading

    private func pieces() async throws -> [Piece] {
        var index = position
        if index < plan.tags.count {
            let tags = plan.tags.dropFirst(index).prefix(Self.batchObjects)
            position += tags.count
            return tags.map { Piece(kind: .tag, bytes: ByteBuffer(bytes: $0.data)) }
        }
        index -= plan.tags.count
        if index < plan.commits.count { return try await commits(plan.commits[index...].prefix(Self.batchObjects)) }
        index -= plan.commits.count
        if index < plan.trees.count { return try await trees(plan.trees[index...].prefix(Self.batchObjects)) }
        index -= plan.trees.count
        return try await files(plan.files[index...].prefix(Self.batchObjects))
    }

    private func commits(_ oids: ArraySlice<GitOID>) async throws -> [Piece] {
        position += oids.count
        return try await hub.store.read { tx in
            try oids.map { Piece(kind: .commit, bytes: try Self.object($0, .commit, tx)) }
        }
    }

    private func trees(_ trees: ArraySlice<PackPlan.Tree>) async throws -> [Piece] {
        let pieces = try await hub.store.read { tx in
            var pieces: [Piece] = []
            var bytes = 0
            for tree in trees {
                let piece = try Self.piece(tree, tx)
                bytes += piece.bytes.readableBytes
                pieces.append(piece)
                if bytes >= Self.batchBytes { break }
            }
            return pieces
        }
        position += pieces.count
        return pieces
    }

    private static func piece(_ tree: PackPlan.Tree, _ tx: ReadTransaction) throws -> Piece {
        let new = try object(tree.oid, .tree, tx)
        guard let base = tree.base else { return Piece(kind: .tree, bytes: new) }
        let old = try object(base, .tree, tx)
        let delta: [UInt8]?
        do {
            delta = try old.withUnsafeReadableBytes { old in
                try new.withUnsafeReadableBytes { new in try TreeDelta.make(from: old, to: new) }
            }
        } catch let error as TreeScanner.Malformed {
            throw HubError(.corrupt, "The tree \(tree.oid) is damaged: run 'hubctl admin verify'", cause: error)
        }
        guard let delta else { return Piece(kind: .tree, bytes: new) }
        return Piece(kind: .referenceDelta, base: base, bytes: ByteBuffer(bytes: delta))
    }

    private static func object(_ oid: GitOID, _ kind: GitObjectRow.Kind, _ tx: ReadTransaction) throws -> ByteBuffer {
        guard let bytes = try tx.withGitObject(oid, kind, { ByteBuffer(bytes: $0) }) else {
            throw HubError(.corrupt, "The \(kind.rawValue) \(oid) is missing: run 'hubctl admin verify'")
        }
        return bytes
    }

    private func files(_ oids: ArraySlice<GitOID>) async throws -> [Piece] {
        let objects = try await hub.store.read { try $0.fileObjects(oids) }
        var taken: [FileObjectRecord] = []
        var bytes: Int64 = 0
        for oid in oids where bytes < Self.batchBytes {
            guard let object = objects[oid] else {
                throw HubError(
                    .corrupt,
                    "The file \(oid) is missing from the metadata database: run 'hubctl admin verify'"
                )
            }
            taken.append(object)
            bytes += object.pointerSize ?? object.size
        }
        position += taken.count
        var contents = try await hub.blobs.contents(
            of: taken.filter { !$0.isLFS }.map(\.sha256),
            limit: hub.limits.regularFileBytes
        )[...]
        return try taken.map { object in
            if object.isLFS {
                let pointer = LFSPointer(oid: object.sha256, size: object.size).data
                return Piece(kind: .blob, bytes: ByteBuffer(bytes: pointer))
            }
            guard let content = contents.popFirst(), Int64(content.readableBytes) == object.size else {
                throw HubError(.corrupt, "The bytes of the file \(object.oid) are damaged: run 'hubctl admin verify'")
            }
            return Piece(kind: .blob, bytes: content)
        }
    }

    /// Packs batches; one at a time, on whatever thread.
    private final class Packer: @unchecked Sendable {
        private let deflater: Deflater

        init() throws { deflater = try Deflater() }

        func pack(_ pieces: [Piece]) throws -> ByteBuffer {
            var output = ByteBuffer()
            output.reserveCapacity(pieces.reduce(0) { $0 + $1.bytes.readableBytes + 64 })
            for piece in pieces {
                output.writePackEntry(piece.kind, size: piece.bytes.readableBytes)
                if let base = piece.base { output.writeBytes(base.bytes) }
                try piece.bytes.withUnsafeReadableBytes { try deflater.pack($0, into: &output) }
            }
            return output
        }
    }
}
