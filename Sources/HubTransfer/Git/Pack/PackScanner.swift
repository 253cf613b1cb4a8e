// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
public import HubCore
public import NIOCore

/// How a pack that is sent to us may be.
public struct PackLimits: Sendable {
    /// Bytes of the whole pack.
    public var bytes: Int64 = 2 << 30
    public var objects: UInt32 = 2_000_000
    /// Bytes of all objects together, unpacked.
    public var unpackedBytes: Int64 = 16 << 30
    /// Bytes of a file; larger ones are looked at and not kept.
    public var fileBytes: Int64 = 10 << 20
    public var treeBytes: Int64 = 64 << 20
    /// Bytes of a commit or annotated tag.
    public var commitBytes: Int64 = 1 << 20

    public init() {}

    /// - Returns: `nil` for a file, which is refused later, by its name.
    public func maximum(of kind: GitObjectKind) -> Int64? {
        switch kind {
        case .commit, .tag: commitBytes
        case .tree: treeBytes
        case .blob: nil
        }
    }
}

/// Something in a pack that is not right, in words for whoever pushed it.
public struct PackProblem: Error, Hashable, CustomStringConvertible {
    public let reason: String
    public var description: String { reason }

    public init(_ reason: String) { self.reason = reason }
}

/// An object as a pack has it.
public struct PackedObject: Sendable {
    public enum Base: Sendable, Hashable {
        case none
        /// Where in the pack the base begins.
        case offset(Int64)
        case id(GitOID)
    }

    public let kind: PackEntryKind
    public let base: Base
    /// Where in the pack it begins.
    public let offset: Int64
    /// Where its zlib stream begins.
    public let dataOffset: Int64
    /// Where that ends.
    public internal(set) var endOffset: Int64
    /// Bytes, unpacked: of the object, or of the delta.
    public let size: Int64
    /// Its name, unless it is a delta.
    public var oid: GitOID?
}

/// Reads a pack as it comes, in pieces of whatever size: finds where the objects are, and names those that are whole.
///
/// Keeps nothing of their bytes; whoever calls has stored them. Memory grows with the number of objects alone.
public final class PackScanner {
    /// Where the scanner is.
    private enum State {
        case header
        case entry
        case data
        case trailer
        case over
    }

    private static let outputSize = 64 << 10
    /// Bytes that the front of an entry may have: ten of kind and size, twenty of the base's id.
    private static let maximumFront = 10 + GitOID.byteCount

    private let limits: PackLimits
    /// Called with the unpacked bytes of objects that are not deltas, piece after piece.
    private let onBytes: (PackedObject, UnsafeRawBufferPointer) throws -> Void
    /// Called with the number of each object that is there, and what is known of it.
    private let onEnd: (Int, PackedObject) throws -> Void
    private let inflater: Inflater
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: PackScanner.outputSize, alignment: 16)

    public private(set) var objects: [PackedObject] = []
    private var state = State.header
    private var pending = ByteBuffer()
    /// Bytes of the pack before `pending`.
    private var position: Int64 = 0
    private var expected: UInt32 = 0
    private var unpacked: Int64 = 0
    private var written: Int64 = 0
    private var hasher: GitBlobHasher?
    private var digest = Insecure.SHA1()

    public init(
        limits: PackLimits,
        onBytes: @escaping (PackedObject, UnsafeRawBufferPointer) throws -> Void = { _, _ in },
        onEnd: @escaping (Int, PackedObject) throws -> Void = { _, _ in }
    ) throws {
        self.limits = limits
        self.onBytes = onBytes
        self.onEnd = onEnd
        inflater = try Inflater()
    }

    deinit { output.deallocate() }

    public var isOver: Bool { if case .over = state { true } else { false } }

    /// Bytes of all whole objects so far, unpacked.
    public var unpackedBytes: Int64 { unpacked }

    /// - Throws: ``PackProblem``; what the callbacks throw.
    public func feed(_ bytes: ByteBuffer) throws {
        guard !isOver else { throw PackProblem("there is more behind the end of the pack") }
        pending.writeImmutableBuffer(bytes)
        guard position + Int64(pending.readableBytes) <= limits.bytes else {
            throw PackProblem("the pack is larger than \(limits.bytes) bytes: push in several steps")
        }
        while try advance() {}
        pending.discardReadBytes()
    }

    /// Says that there is no more.
    public func finish() throws {
        guard isOver else { throw PackProblem("the pack ends early") }
    }

    /// Whether it came further.
    private func advance() throws -> Bool {
        switch state {
        case .header: try readHeader()
        case .entry: try readEntry()
        case .data: try readData()
        case .trailer: try readTrailer()
        case .over: try refuseMore()
        }
    }

    private func consume(_ count: Int) {
        pending.withUnsafeReadableBytes {
            digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0.prefix(count)))
        }
        pending.moveReaderIndex(forwardBy: count)
        position += Int64(count)
    }

    private func readHeader() throws -> Bool {
        guard pending.readableBytes >= PackFormat.headerBytes else { return false }
        guard pending.getBytes(at: pending.readerIndex, length: 4) == PackFormat.signature,
            let version = pending.getInteger(at: pending.readerIndex + 4, as: UInt32.self),
            let count = pending.getInteger(at: pending.readerIndex + 8, as: UInt32.self)
        else { throw PackProblem("what was sent is not a pack") }
        guard version == 2 || version == 3 else { throw PackProblem("the pack has the version \(version), not 2") }
        guard count <= limits.objects else {
            throw PackProblem("the pack has \(count) objects, more than \(limits.objects): push in several steps")
        }
        expected = count
        consume(PackFormat.headerBytes)
        state = count > 0 ? .entry : .trailer
        return true
    }

    private func readEntry() throws -> Bool {
        let front =
            pending.getBytes(
                at: pending.readerIndex,
                length: min(pending.readableBytes, Self.maximumFront)
            ) ?? []
        guard let entry = try PackEntryFront(parsing: front) else {
            guard front.count < Self.maximumFront else { throw PackProblem("an object's header is malformed") }
            return false
        }
        if let kind = entry.kind.object, let maximum = limits.maximum(of: kind), entry.size > maximum {
            throw PackProblem("a \(kind.rawValue) has \(entry.size) bytes, more than \(maximum)")
        }
        guard entry.size <= limits.unpackedBytes - unpacked else {
            throw PackProblem("the objects have more than \(limits.unpackedBytes) bytes, unpacked")
        }
        let start = position
        let base: PackedObject.Base
        switch entry.base {
        case .none: base = .none
        case .id(let oid): base = .id(oid)
        case .distance(let distance):
            guard distance > 0, distance <= start else { throw PackProblem("a delta's base is outside the pack") }
            base = .offset(start - distance)
        }
        consume(entry.length)
        objects.append(
            PackedObject(
                kind: entry.kind,
                base: base,
                offset: start,
                dataOffset: position,
                endOffset: position,
                size: entry.size,
                oid: nil
            )
        )
        hasher = entry.kind.object.map { GitBlobHasher(kind: $0, size: entry.size) }
        written = 0
        inflater.reset()
        state = .data
        return true
    }

    private func readData() throws -> Bool {
        let number = objects.count - 1
        let (size, isWhole) = (objects[number].size, hasher != nil)
        let step: (consumed: Int, written: Int, state: Inflater.State)
        do {
            step = try pending.withUnsafeReadableBytes { try inflater.step($0, into: output) }
        } catch {
            throw PackProblem("an object's data is not a zlib stream")
        }
        consume(step.consumed)
        written += Int64(step.written)
        guard written <= size else { throw PackProblem("an object is larger than its header says") }
        if isWhole, step.written > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output).prefix(step.written))
            hasher?.update(bytes)
            try onBytes(objects[number], bytes)
        }
        guard step.state == .ended else { return step.consumed > 0 || step.written > 0 }
        guard written == size else { throw PackProblem("an object is smaller than its header says") }
        unpacked += size
        objects[number].endOffset = position
        if let whole = hasher { objects[number].oid = whole.finalize() }
        hasher = nil
        try onEnd(number, objects[number])
        state = objects.count == Int(expected) ? .trailer : .entry
        return true
    }

    private func readTrailer() throws -> Bool {
        guard pending.readableBytes >= GitOID.byteCount, let trailer = pending.readBytes(length: GitOID.byteCount)
        else {
            return false
        }
        position += Int64(GitOID.byteCount)
        guard Array(digest.finalize()) == trailer else { throw PackProblem("the pack's checksum is wrong") }
        state = .over
        return true
    }

    private func refuseMore() throws -> Bool {
        guard pending.readableBytes == 0 else { throw PackProblem("there is more behind the end of the pack") }
        return false
    }
}

/// What stands in front of an object's data.
struct PackEntryFront {
    enum Base {
        case none
        case id(GitOID)
        /// Bytes back from the entry.
        case distance(Int64)
    }

    let kind: PackEntryKind
    let size: Int64
    let base: Base
    /// Bytes of all this.
    let length: Int

    /// `nil` if there is more of it to come.
    init?(parsing bytes: [UInt8]) throws {
        var rest = bytes[...]
        guard var byte = rest.popFirst() else { return nil }
        guard let kind = PackEntryKind(rawValue: byte >> 4 & 7) else {
            throw PackProblem("an object has the unknown type \(byte >> 4 & 7)")
        }
        var size = UInt64(byte & 15)
        var shift: UInt64 = 4
        while byte & 0x80 != 0 {
            guard shift < 60 else { throw PackProblem("an object's size is too large") }
            guard let next = rest.popFirst() else { return nil }
            byte = next
            size |= UInt64(byte & 0x7F) << shift
            shift += 7
        }
        self.kind = kind
        self.size = Int64(clamping: size)
        switch kind {
        case .referenceDelta:
            guard let oid = GitOID(bytes: rest.prefix(GitOID.byteCount)) else { return nil }
            rest = rest.dropFirst(GitOID.byteCount)
            base = .id(oid)
        case .offsetDelta:
            guard var next = rest.popFirst() else { return nil }
            var distance = Int64(next & 0x7F)
            while next & 0x80 != 0 {
                guard distance < 1 << 48 else { throw PackProblem("a delta's base is outside the pack") }
                guard let following = rest.popFirst() else { return nil }
                next = following
                distance = (distance + 1) << 7 | Int64(next & 0x7F)
            }
            base = .distance(distance)
        default: base = .none
        }
        length = bytes.count - rest.count
    }
}
