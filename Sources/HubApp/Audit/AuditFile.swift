// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubStore
import NIOPosix

/// The audit log as a file of JSON lines, for tools that follow files; the table is the original.
///
/// `audit/audit.jsonl` is appended to only. What is missing in it is found by its last line's id and taken from the
/// table, so that no crash loses or repeats a line, and several processes (hubd, `hubctl admin`) may write by turns: an
/// exclusive lock on the file makes the turns. A line cut short by a crash is removed before the next one.
struct AuditFile: Sendable {
    static let name = "audit.jsonl"

    let folder: String
    /// Bytes from which on a new file is begun.
    let rotationBytes: Int64

    /// Appends what the file lacks. Returns the id of the last act it has now.
    @discardableResult
    func catchUp(_ store: MetadataStore) async throws -> Int64 {
        var last: Int64 = -1
        while true {
            let file = self
            // Read before the file is locked: what a page lacks comes with the next one.
            let from = try await NIOThreadPool.singleton.runIfActive { try file.lastID() }
            let page = try await store.read { try $0.audit(after: from, limit: 500) }
            guard let end = page.last?.id, end != last else { return max(from, last) }
            last = end
            try await NIOThreadPool.singleton.runIfActive { try file.append(page) }
        }
    }

    /// The id of the last act that is in the file, or in the one before it; 0 without any.
    func lastID() throws -> Int64 {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try withLockedFile { try lastID(in: $0) }
    }

    /// Appends those that are not in the file yet, and begins a new file when this one is full.
    private func append(_ acts: [AuditRecord]) throws {
        let isFull = try withLockedFile { handle -> Bool in
            let last = try lastID(in: handle)
            var lines = Data()
            for act in acts where act.id > last {
                lines.append(contentsOf: act.json.serialized.utf8)
                lines.append(UInt8(ascii: "\n"))
            }
            guard !lines.isEmpty else { return false }
            let end = try handle.seekToEnd()
            try handle.write(contentsOf: lines)
            try handle.synchronize()
            return end + UInt64(lines.count) >= UInt64(clamping: rotationBytes)
        }
        if isFull { try rotate() }
    }

    /// `audit-000000004711.jsonl` is the file whose last act is 4711.
    private func rotate() throws {
        try withLockedFile { handle in
            let last = try lastID(in: handle)
            guard last > 0, try handle.seekToEnd() > 0 else { return }
            let digits = String(last)
            let padded = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
            let target = "\(folder)/audit-\(padded).jsonl"
            // The lock is on the file, whatever it is called: whoever waits for it looks at the name again.
            guard rename("\(folder)/\(Self.name)", target) == 0 else { throw Self.failure("rename", errno) }
        }
    }

    private func withLockedFile<Result>(_ body: (FileHandle) throws -> Result) throws -> Result {
        let path = "\(folder)/\(Self.name)"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
            guard descriptor >= 0 else { throw Self.failure("open", errno) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else { throw Self.failure("flock", errno) }
            }
            var ours = stat()
            var named = stat()
            guard fstat(descriptor, &ours) == 0, stat(path, &named) == 0, ours.st_ino == named.st_ino else { continue }
            return try body(handle)
        }
    }

    /// Of the file's last whole line; what follows it is cut off.
    private func lastID(in handle: FileHandle) throws -> Int64 {
        let newline = UInt8(ascii: "\n")
        var end = try handle.seekToEnd()
        var tail = Data()
        var start = end
        // Back by blocks until the last whole line is in `tail`.
        while start > 0 {
            let block = min(start, 64 << 10)
            start -= block
            try handle.seek(toOffset: start)
            tail = (try handle.read(upToCount: Int(block)) ?? Data()) + tail
            if let last = tail.lastIndex(of: newline) {
                let torn = tail.distance(from: last, to: tail.endIndex) - 1
                if torn > 0 {
                    end -= UInt64(torn)
                    try handle.truncate(atOffset: end)
                    tail = tail.prefix(through: last)
                }
                let line = tail.dropLast()
                guard start == 0 || line.contains(newline) else { continue }
                let text = line.lastIndex(of: newline).map { line[line.index(after: $0)...] } ?? line
                guard let id = try? JSONValue(parsing: Array(text))["id"]?.intValue else {
                    throw HubError(.corrupt, "The last line of \(folder)/\(Self.name) is no act; move the file away")
                }
                return id
            }
        }
        if end > 0 { try handle.truncate(atOffset: 0) }
        return lastRotatedID()
    }

    private func lastRotatedID() -> Int64 {
        // A folder that cannot be listed cannot be written to either, which the caller hears of.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("audit-"), name.hasSuffix(".jsonl") else { return nil }
            return Int64(name.dropFirst("audit-".count).dropLast(".jsonl".count))
        }.max() ?? 0
    }

    private static func failure(_ call: String, _ code: CInt) -> HubError {
        HubError(
            code == ENOSPC || code == EDQUOT ? .storageFull : .unavailable,
            "The audit log cannot be written (\(call): \(String(cString: strerror(code))))"
        )
    }
}
