// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// A pack that is being pushed: kept in a scratch file as it comes, then taken apart.
///
/// Memory holds a table of the objects and, at any time, one delta with its base and result. Calls wait for the disk:
/// one at a time, on a thread that may.
final class PackIntake {
    /// Where an object's bytes are.
    private enum Place {
        /// In the pack, by itself.
        case pack
        /// In the scratch file of unpacked objects.
        case unpacked(Int64)
    }

    private struct Known {
        let kind: GitObjectKind
        let size: Int64
        var place: Place
        /// Which of the pack's objects it is.
        let number: Int
    }

    private let limits: PackLimits
    private let pack: any ScratchFile
    private let unpacked: any ScratchFile
    private let inflater: Inflater
    private var scanner: PackScanner?
    private var objects: [PackedObject] = []
    private var known: [GitOID: Known] = [:]
    private var pointers: [GitOID: LFSPointer] = [:]
    private var totalBytes: Int64 = 0
    /// Files whose deltas were not resolved, as they are larger than may be.
    private(set) var hasLargeDeltas = false

    init(limits: PackLimits, blobs: any BlobStore) throws {
        self.limits = limits
        pack = blobs.scratchFile()
        unpacked = blobs.scratchFile()
        inflater = try Inflater()
        // What is small and needed whole is kept as it passes by; files stay in the pack.
        let current = PassingObject()
        let unpacked = unpacked
        scanner = try PackScanner(
            limits: limits,
            onBytes: { object, bytes in
                guard object.kind != .blob || object.size <= Int64(LFSPointer.maximumSize) else { return }
                current.append(bytes)
            },
            onEnd: { [unowned self] number, object in
                try self.take(number, object, current.end(), into: unpacked)
            }
        )
    }

    /// Bytes of an object on its way past the scanner.
    private final class PassingObject {
        private var bytes: [UInt8] = []

        func append(_ more: UnsafeRawBufferPointer) { bytes += more }

        func end() -> [UInt8] {
            defer { bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20) }
            return bytes
        }
    }

    var objectCount: Int { objects.count }

    func feed(_ bytes: ByteBuffer) throws {
        // Looked at first: what is no pack is not stored either.
        try scanner?.feed(bytes)
        try bytes.withUnsafeReadableBytes { try pack.append($0) }
    }

    private func take(_ number: Int, _ object: PackedObject, _ bytes: [UInt8], into unpacked: any ScratchFile) throws {
        guard let kind = object.kind.object, let oid = object.oid else { return }
        var place = Place.pack
        if kind != .blob {
            place = .unpacked(unpacked.size)
            try bytes.withUnsafeBytes { try unpacked.append($0) }
        } else if object.size <= Int64(LFSPointer.maximumSize) {
            note(oid, bytes)
        }
        known[oid] = Known(kind: kind, size: object.size, place: place, number: number)
    }

    private func note(_ oid: GitOID, _ bytes: [UInt8]) {
        // Only what git-lfs itself would write: anything else is a file that looks like a pointer.
        guard let pointer = LFSPointer(parsing: bytes), pointer.data == bytes else { return }
        pointers[oid] = pointer
    }

    // MARK: Resolving

    /// Names every object, once all of the pack is there.
    /// - Throws: ``PackProblem``.
    func finish() throws {
        guard let scanner else { return }
        try scanner.finish()
        objects = scanner.objects
        totalBytes = scanner.unpackedBytes
        self.scanner = nil
        try resolve()
    }

    private func resolve() throws {
        var byOffset: [Int64: [Int]] = [:]
        var byID: [GitOID: [Int]] = [:]
        var unresolved = 0
        for (number, object) in objects.enumerated() where object.kind.object == nil {
            unresolved += 1
            switch object.base {
            case .none: break
            case .offset(let offset): byOffset[offset, default: []].append(number)
            case .id(let oid): byID[oid, default: []].append(number)
            }
        }
        guard unresolved > 0 else { return }
        var pending = objects.indices.filter { objects[$0].kind.object != nil }
        while let number = pending.popLast() {
            let object = objects[number]
            let children =
                (byOffset.removeValue(forKey: object.offset) ?? [])
                + (object.oid.flatMap { byID.removeValue(forKey: $0) } ?? [])
            guard !children.isEmpty else { continue }
            guard let base = object.oid.flatMap({ known[$0] }), base.kind != .blob || base.size <= limits.fileBytes
            else {
                // Too large to be kept: what stands on it is not looked at, its own name is enough to refuse the push.
                hasLargeDeltas = true
                unresolved -= children.count
                pending += children
                continue
            }
            let bytes = try self.bytes(base)
            for child in children {
                unresolved -= 1
                if try !resolve(child, base.kind, bytes) { hasLargeDeltas = true }
                pending.append(child)
            }
        }
        guard unresolved == 0 else {
            throw PackProblem(
                "\(unresolved) deltas have no base in the pack, or stand on one another; thin packs are not taken"
            )
        }
    }

    /// Whether it could be: the result is not a file larger than may be.
    private func resolve(_ number: Int, _ kind: GitObjectKind, _ base: [UInt8]) throws -> Bool {
        let delta = try inflate(number)
        let result: [UInt8]
        do {
            let sizes = try delta.withUnsafeBytes { try PackDelta.sizes($0) }
            let limit = limits.maximum(of: kind) ?? limits.fileBytes
            guard sizes.result <= UInt64(limit) else {
                guard kind == .blob else { throw PackProblem("a \(kind.rawValue) is larger than \(limit) bytes") }
                return false
            }
            totalBytes += Int64(clamping: sizes.result)
            guard totalBytes <= limits.unpackedBytes else {
                throw PackProblem("the objects have more than \(limits.unpackedBytes) bytes, unpacked")
            }
            result = try delta.withUnsafeBytes { delta in
                try base.withUnsafeBytes { try PackDelta.apply(delta, to: $0, limit: Int(clamping: limit)) }
            }
        } catch let error as PackDelta.Malformed {
            throw PackProblem("a delta is malformed (\(error))")
        }
        let oid = kind.oid(of: result)
        objects[number].oid = oid
        if kind == .blob, result.count <= LFSPointer.maximumSize { note(oid, result) }
        if known[oid] == nil {
            known[oid] = Known(
                kind: kind,
                size: Int64(result.count),
                place: .unpacked(unpacked.size),
                number: number
            )
            try result.withUnsafeBytes { try unpacked.append($0) }
        }
        return true
    }

    private func inflate(_ number: Int) throws -> [UInt8] {
        let object = objects[number]
        guard let count = Int(exactly: object.endOffset - object.dataOffset), let size = Int(exactly: object.size)
        else {
            throw PackProblem("an object is too large")
        }
        guard object.kind.object != nil || size <= Int(clamping: limits.treeBytes) else {
            throw PackProblem("a delta has \(size) bytes, more than \(limits.treeBytes)")
        }
        let packed = try pack.bytes(at: object.dataOffset, count: count)
        do {
            return try packed.withUnsafeBytes { try inflater.whole($0, limit: size).bytes }
        } catch let error as Inflater.Malformed {
            throw HubError(.corrupt, "A scratch file has changed", cause: error)
        }
    }

    // MARK: Reading

    /// What the pack has of that id.
    func kind(_ oid: GitOID) -> GitObjectKind? { known[oid]?.kind }

    /// Bytes of the object.
    func size(_ oid: GitOID) -> Int64? { known[oid]?.size }

    /// What the file points to, if it is what git-lfs writes.
    func pointer(_ oid: GitOID) -> LFSPointer? { pointers[oid] }

    /// The object's bytes, without the header.
    /// - Throws: ``HubError/Code/notFound``, ``HubError/Code/tooLarge`` for a file that may not be.
    func bytes(_ oid: GitOID) throws -> [UInt8] {
        guard let known = known[oid] else { throw HubError(.notFound, "The pack has no object \(oid)") }
        guard known.kind != .blob || known.size <= limits.fileBytes else {
            throw HubError(.tooLarge, "The file \(oid) has \(known.size) bytes")
        }
        return try bytes(known)
    }

    private func bytes(_ known: Known) throws -> [UInt8] {
        switch known.place {
        case .pack: return try inflate(known.number)
        case .unpacked(let offset):
            guard let count = Int(exactly: known.size) else { throw PackProblem("an object is too large") }
            return try unpacked.bytes(at: offset, count: count)
        }
    }
}
