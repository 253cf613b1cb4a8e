// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// Reads a blob for what would hurt whoever loads it. Nothing in it is ever run.
struct BlobScanner {
    let reader: any BlobReader
    /// Whether a file's name says it is a pickle: protocols 0 and 1 begin with nothing that tells.
    let isNamedPickle: Bool

    private static let chunkBytes = 256 << 10
    /// Text files longer than this (bytes) are not searched for secrets.
    private static let textBytes: Int64 = 10 << 20
    /// Bytes of an archive's directory, or of one packed member, that are read at most.
    private static let archiveBytes: UInt64 = 64 << 20
    /// Bytes that a packed member may unfold to before it is given up.
    private static let unpackedBytes = 64 << 20
    private static let headBytes = 4096
    private static let lambda = Array("\"class_name\": \"Lambda\"".utf8)

    static func isPickleName(_ path: RepoPath) -> Bool {
        [
            "bin", "pt", "pth", "ckpt", "pkl", "pickle", "joblib", "npy", "npz", "dat", "data", "p", "mar", "sav",
        ].contains(path.fileExtension)
    }

    func scan() async throws -> ScanReport {
        var report = ScanReport()
        let head = try await bytes(at: 0, count: Self.headBytes)
        do {
            try await scan(head, into: &report)
        } catch is ZipDirectory.Malformed {
            report.failure = "The archive's directory cannot be read"
        } catch is Inflate.Malformed {
            report.failure = "A packed part cannot be unpacked"
        }
        return report
    }

    private func scan(_ head: [UInt8], into report: inout ScanReport) async throws {
        if head.starts(with: [0x50, 0x4b, 3, 4]) || head.starts(with: [0x50, 0x4b, 5, 6]) {
            try await scanArchive(into: &report)
        } else if let start = Self.pickleStart(head) {
            report.add(try await walk(from: UInt64(start), count: UInt64(clamping: reader.size) - UInt64(start)))
        } else if head.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) {
            return  // An array of numbers.
        } else if head.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a]) {
            let start = try await bytes(at: 0, count: 4 << 20)
            report.lambdaLayers = Self.count(Self.lambda, in: start)
        } else if let start = Inflate.start(of: head), isNamedPickle {
            try await scanPacked(from: start, into: &report)
        } else if head.contains(0) {
            try await scanUnmarked(into: &report)
        } else {
            if isNamedPickle { try await scanUnmarked(into: &report) }
            if reader.size <= Self.textBytes {
                let text = try await bytes(at: 0, count: Int(clamping: reader.size))
                if !text.contains(0) { report.secrets = SecretPatterns.find(in: text) }
            }
        }
    }

    /// Where a pickle begins that says so; in a `.npy` of objects, behind its header.
    private static func pickleStart(_ head: [UInt8]) -> Int? {
        if head.first == 0x80, let version = head.dropFirst().first, (2...5).contains(version) { return 0 }
        guard head.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]), let major = head.dropFirst(6).first else {
            return nil
        }
        let width = major == 1 ? 2 : 4
        let length = head.dropFirst(8).prefix(width).reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = 8 + width + length
        let header = String(decoding: head.dropFirst(8 + width).prefix(length), as: UTF8.self)
        return header.contains("O'") ? start : nil
    }

    /// A file with a pickle's name that does not begin like one: raw weights mostly, protocol 0 perhaps.
    private func scanUnmarked(into report: inout ScanReport) async throws {
        guard isNamedPickle else { return }
        let walker = try await walk(from: 0, count: UInt64(clamping: reader.size))
        guard walker.pickles > 0 || !walker.imports.isEmpty else { return }
        report.add(walker)
    }

    private func walk(from start: UInt64, count: UInt64) async throws -> PickleWalker {
        var walker = PickleWalker()
        var place = start
        let end = min(start.addingReportingOverflow(count).partialValue, UInt64(clamping: reader.size))
        while place < end, !walker.isDone {
            let skippable = min(walker.skippable, end - place)
            if skippable > 0 {
                walker.skip(skippable)
                place += skippable
                continue
            }
            let chunk = try await bytes(at: place, count: Int(min(UInt64(Self.chunkBytes), end - place)))
            guard !chunk.isEmpty else { break }
            walker.feed(chunk)
            place += UInt64(chunk.count)
            await Task.yield()
        }
        walker.finish()
        return walker
    }

    private func walk(_ bytes: [UInt8]) -> PickleWalker {
        var walker = PickleWalker()
        walker.feed(bytes)
        walker.finish()
        return walker
    }

    /// A joblib dump: one packed stream.
    private func scanPacked(from start: Int, into report: inout ScanReport) async throws {
        let packed = try await bytes(at: 0, count: Int(Self.archiveBytes))
        let (unpacked, isWhole) = try Inflate.unpack(Array(packed.dropFirst(start)), limit: Self.unpackedBytes)
        var walker = walk(unpacked)
        if !isWhole { walker.finish() }
        if walker.pickles > 0 || !walker.imports.isEmpty { report.add(walker) }
    }

    private func scanArchive(into report: inout ScanReport) async throws {
        let size = UInt64(clamping: reader.size)
        let tailCount = min(size, UInt64(ZipDirectory.tailSize))
        let tail = try await bytes(at: size - tailCount, count: Int(tailCount))
        let directory = try await ZipDirectory(tail: tail, fileSize: size) { try await bytes(at: $0, count: 56) }
        guard directory.size <= Self.archiveBytes else { throw ZipDirectory.Malformed() }
        let members = try ZipDirectory.members(try await bytes(at: directory.offset, count: Int(directory.size)))
        for member in members where Self.isWorthReading(member.name) {
            let header = try await bytes(at: member.headerOffset, count: ZipDirectory.memberHeaderSize)
            let (start, overflowed) = member.headerOffset.addingReportingOverflow(
                try ZipDirectory.contentOffset(header)
            )
            guard !overflowed, start <= size, member.packedSize <= size - start else { throw ZipDirectory.Malformed() }
            try await scan(member, at: start, into: &report)
        }
    }

    private static func isWorthReading(_ name: String) -> Bool {
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        return ["pkl", "pickle", "npy", "joblib", "pt", "pth"].contains(ending) || name == "config.json"
            || name.hasSuffix("/config.json")
    }

    private func scan(_ member: ZipDirectory.Member, at start: UInt64, into report: inout ScanReport) async throws {
        let content: [UInt8]
        switch member.method {
        case 0 where member.name.hasSuffix(".pkl") || member.name.hasSuffix(".pickle"):
            return report.add(try await walk(from: start, count: member.packedSize))
        case 0: content = try await bytes(at: start, count: Int(min(member.packedSize, Self.archiveBytes)))
        case 8:
            let packed = try await bytes(at: start, count: Int(min(member.packedSize, Self.archiveBytes)))
            content = try Inflate.unpack(packed, limit: Self.unpackedBytes).bytes
        default:
            report.failure = "The archive packs \(member.name.prefix(80)) in a way that is not read here"
            return
        }
        if member.name.hasSuffix(".json") {
            report.lambdaLayers += Self.count(Self.lambda, in: content)
        } else if let begin = Self.pickleStart(content) {
            report.add(walk(Array(content.dropFirst(begin))))
        } else if member.name.hasSuffix(".pkl") || member.name.hasSuffix(".pickle") {
            report.add(walk(content))
        }
    }

    private static func count(_ pattern: [UInt8], in bytes: [UInt8]) -> Int {
        var count = 0
        for place in bytes.indices where bytes[place] == pattern.first && bytes[place...].starts(with: pattern) {
            count += 1
        }
        return count
    }

    /// Up to `count` bytes; fewer at the end.
    private func bytes(at offset: UInt64, count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        guard let offset = Int64(exactly: offset) else { return [] }
        let wanted = Int64(min(Int64(count), max(0, reader.size - offset)))
        while Int64(bytes.count) < wanted {
            let left = Int(clamping: wanted - Int64(bytes.count))
            let chunk = try await reader.read(at: offset + Int64(bytes.count), upTo: min(left, Self.chunkBytes))
            guard chunk.readableBytes > 0 else { break }
            bytes += Array(chunk.readableBytesView)
        }
        return bytes
    }
}
