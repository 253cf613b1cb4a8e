// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore

/// Which tensors differ between two revisions, by name, in whatever safetensors files they lie: a checkpoint that is saved in
/// other shards has the same tensors.
///
/// Headers first; then tensors that are alike on both sides are read side by side until they differ. Memory does not grow
/// with the files.
struct TensorDiff {
    /// Of both sides of all tensors together; what is left then is not compared.
    private static let readBytes: Int64 = 64 << 30
    private static let step = 1 << 20
    /// Of all headers together.
    private static let headerBytes = 64 << 20

    /// A tensor where it lies.
    private struct Place: Sendable {
        let tensor: SafetensorsHeader.Tensor
        let file: Int
        /// Bytes in front of the first tensor.
        let start: Int64

        var bytes: Int64 { tensor.dataOffsets.upperBound - tensor.dataOffsets.lowerBound }
    }

    /// One revision's changed files.
    private struct Side: Sendable {
        var paths: [String] = []
        var readers: [any BlobReader] = []
        var tensors: [String: Place] = [:]
        /// Files whose headers cannot be read, and why.
        var unreadable: [(path: String, reason: String)] = []
    }

    private var old = Side()
    private var new = Side()

    init(hub: Hub, _ changes: [TreeChange], _ objects: [GitOID: FileObjectRecord]) async throws {
        var room = Self.headerBytes
        for change in changes where change.path.hasSuffix(".safetensors") {
            if let object = change.old.flatMap({ objects[$0.oid] }) {
                try await Self.open(change.path, object, hub, into: &old, room: &room)
            }
            if let object = change.new.flatMap({ objects[$0.oid] }) {
                try await Self.open(change.path, object, hub, into: &new, room: &room)
            }
        }
    }

    private static func open(
        _ path: String,
        _ object: FileObjectRecord,
        _ hub: Hub,
        into side: inout Side,
        room: inout Int
    ) async throws {
        do {
            let reader = try await hub.blobs.open(object.sha256)
            guard let (header, bytes) = try await reader.safetensorsHeader(fileSize: object.size, limit: room) else {
                side.unreadable.append((path, "the headers of all files are too long together"))
                return
            }
            room -= bytes.count
            for tensor in header.tensors {
                let place = Place(tensor: tensor, file: side.readers.count, start: Int64(header.byteCount))
                side.tensors[tensor.name] = place
            }
            side.paths.append(path)
            side.readers.append(reader)
        } catch let error as SafetensorsError {
            side.unreadable.append((path, "\(error)"))
        }
    }

    /// `null` where no safetensors file has changed.
    func json() async throws -> JSONValue {
        let names = Set(old.tensors.keys).union(new.tensors.keys)
        guard !names.isEmpty || !old.unreadable.isEmpty || !new.unreadable.isEmpty else { return .null }
        var (added, removed, changed): ([JSONValue], [JSONValue], [JSONValue]) = ([], [], [])
        var (moved, skipped): ([JSONValue], [JSONValue]) = ([], [])
        var (unchanged, room): (Int64, Int64) = (0, Self.readBytes)
        for name in names.sorted() {
            try Task.checkCancellation()
            guard let before = old.tensors[name] else {
                if let after = new.tensors[name] { added.append(.object(facts(after, new))) }
                continue
            }
            guard let after = new.tensors[name] else {
                removed.append(.object(facts(before, old)))
                continue
            }
            var both: JSONObject = [
                "name": .string(name), "old": .object(facts(before, old)), "new": .object(facts(after, new)),
            ]
            var what: [JSONValue] = []
            if before.tensor.dtype != after.tensor.dtype { what.append("dtype") }
            if before.tensor.shape != after.tensor.shape { what.append("shape") }
            if what.isEmpty {
                guard room >= 2 * before.bytes else {
                    skipped.append(.object(both))
                    continue
                }
                let (areEqual, read) = try await compare(before, after)
                room -= read
                if areEqual {
                    if old.paths[before.file] == new.paths[after.file] {
                        unchanged += 1
                    } else {
                        moved.append(.object(both))
                    }
                    continue
                }
                what = ["values"]
            }
            both["what"] = .array(what)
            changed.append(.object(both))
        }
        func problems(_ side: Side) -> JSONValue {
            .array(side.unreadable.map { ["path": .string($0.path), "reason": .string($0.reason)] })
        }
        return [
            "added": .array(added), "removed": .array(removed), "changed": .array(changed), "moved": .array(moved),
            "unchanged": .int(unchanged), "notCompared": .array(skipped),
            "unreadable": ["old": problems(old), "new": problems(new)],
        ]
    }

    private func facts(_ place: Place, _ side: Side) -> JSONObject {
        [
            "name": .string(place.tensor.name), "dtype": .string(place.tensor.dtype.rawValue),
            "shape": .array(place.tensor.shape.map { .int($0) }), "bytes": .int(place.bytes),
            "file": .string(side.paths[place.file]),
        ]
    }

    /// Whether two tensors of one type and shape have the same bytes, and how many were read to know.
    private func compare(_ before: Place, _ after: Place) async throws -> (areEqual: Bool, read: Int64) {
        let (left, right) = (old.readers[before.file], new.readers[after.file])
        let starts = (
            before.start + before.tensor.dataOffsets.lowerBound, after.start + after.tensor.dataOffsets.lowerBound
        )
        var done: Int64 = 0
        while done < before.bytes {
            let count = Int(min(Int64(Self.step), before.bytes - done))
            guard let one = try await left.read(at: starts.0 + done, exactly: count),
                let other = try await right.read(at: starts.1 + done, exactly: count)
            else { throw HubError(.corrupt, "A stored file is shorter than its header says") }
            done += Int64(count)
            guard one == other else { return (false, 2 * done) }
        }
        return (true, 2 * done)
    }
}
