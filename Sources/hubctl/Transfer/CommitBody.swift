// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of a commit: a line of JSON for each change, with the content of regular files in it as base64.
///
/// Made while it is sent, so that its size does not count; its length is known beforehand, as some proxies want it.
struct CommitBody: Sendable {
    enum Line: Sendable {
        case text(String)
        case content(LocalFile, prefix: String)
    }

    static let suffix = "\"}}\n"
    /// Bytes of a file for each piece; divisible by three, so that base64 pieces join without padding.
    static let pieceSize = 192 << 10

    let lines: [Line]

    init(message: String, description: String, parent: GitOID?, plan: PushPlan) {
        var header: JSONObject = ["summary": .string(message), "description": .string(description)]
        if let parent { header["parentCommit"] = .string(parent.hex) }
        var lines: [Line] = [.text(Self.line("header", .object(header)))]
        for item in plan.changes {
            if item.isLarge, let id = item.id {
                let value: JSONValue = [
                    "path": .string(item.file.path), "algo": "sha256", "oid": .string(id.hex),
                    "size": .int(item.file.size),
                ]
                lines.append(.text(Self.line("lfsFile", value)))
            } else {
                var prefix = ByteBuffer(string: "{\"key\":\"file\",\"value\":{\"path\":")
                JSONValue.write(item.file.path, into: &prefix)
                prefix.writeString(",\"encoding\":\"base64\",\"content\":\"")
                lines.append(.content(item.file, prefix: String(buffer: prefix)))
            }
        }
        for path in plan.deletions { lines.append(.text(Self.line("deletedFile", ["path": .string(path)]))) }
        self.lines = lines
    }

    /// Bytes.
    var length: Int64 {
        lines.reduce(0) { sum, line in
            switch line {
            case .text(let text): sum + Int64(text.utf8.count)
            case .content(let file, let prefix):
                sum + Int64(prefix.utf8.count + Self.suffix.utf8.count) + (file.size + 2) / 3 * 4
            }
        }
    }

    private static func line(_ key: String, _ value: JSONValue) -> String {
        (["key": .string(key), "value": value] as JSONValue).serialized + "\n"
    }
}

extension CommitBody: AsyncSequence {
    typealias Element = ByteBuffer

    struct Iterator: AsyncIteratorProtocol {
        private var lines: ArraySlice<Line>
        private var open: (file: OpenFile, local: LocalFile, offset: Int64)?

        init(_ body: CommitBody) { lines = body.lines[...] }

        mutating func next() async throws -> ByteBuffer? {
            if let (file, local, offset) = open { return try await content(file, local, offset) }
            guard let line = lines.popFirst() else { return nil }
            switch line {
            case .text(let text):
                return ByteBuffer(string: text)
            case .content(let local, let prefix):
                let file = try await Disk.run {
                    let file = try OpenFile.reading(local.source)
                    guard try file.size() == local.size else { throw local.changed }
                    return file
                }
                open = (file, local, 0)
                return ByteBuffer(string: prefix)
            }
        }

        private mutating func content(_ file: OpenFile, _ local: LocalFile, _ offset: Int64) async throws -> ByteBuffer
        {
            let count = Int(Swift.min(Int64(CommitBody.pieceSize), local.size - offset))
            guard count > 0 else {
                open = nil
                return ByteBuffer(string: CommitBody.suffix)
            }
            let piece = try await Disk.run { try file.read(at: offset, count: count) }
            guard piece.readableBytes == count else { throw local.changed }
            open = (file, local, offset + Int64(count))
            return ByteBuffer(string: Data(piece.readableBytesView).base64EncodedString())
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(self) }
}
