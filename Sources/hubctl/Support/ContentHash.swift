// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore

/// The digest a hub names a file's content by.
enum ContentID: Sendable, Hashable {
    /// Git's blob id, for files stored in the repo itself: 40 hex digits.
    case git(String)
    /// SHA-256, for large files: 64 hex digits.
    case sha256(String)

    var hex: String {
        switch self {
        case .git(let hex), .sha256(let hex): hex
        }
    }
}

/// Computes a content's digest, piece by piece.
struct ContentHasher {
    private enum Function {
        case git(Insecure.SHA1)
        case sha256(SHA256)
    }

    private var function: Function

    static var sha256: ContentHasher { ContentHasher(function: .sha256(SHA256())) }

    /// Git hashes the size, in bytes, before the content.
    static func git(size: Int64) -> ContentHasher {
        var hash = Insecure.SHA1()
        hash.update(data: Array("blob \(size)\0".utf8))
        return ContentHasher(function: .git(hash))
    }

    /// The kind that checks `id`, for a content of `size` bytes.
    static func checking(_ id: ContentID, size: Int64) -> ContentHasher {
        switch id {
        case .git: git(size: size)
        case .sha256: sha256
        }
    }

    mutating func update(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { bytes in
            switch function {
            case .git(var hash):
                hash.update(bufferPointer: bytes)
                function = .git(hash)
            case .sha256(var hash):
                hash.update(bufferPointer: bytes)
                function = .sha256(hash)
            }
        }
    }

    func finish() -> ContentID {
        switch function {
        case .git(let hash): .git(Hex.encode(hash.finalize()))
        case .sha256(let hash): .sha256(Hex.encode(hash.finalize()))
        }
    }

    /// Feeds `file` from `start` up to `end`, both in bytes. Blocks: call it inside ``Disk/run(_:)``.
    mutating func update(_ file: OpenFile, from start: Int64 = 0, to end: Int64, progress: (Int) -> Void) throws {
        var offset = start
        while offset < end {
            let piece = try file.read(at: offset, count: Int(min(end - offset, 1 << 20)))
            guard piece.readableBytes > 0 else {
                throw CommandFailure("\(file.path) became shorter while it was read", hint: "run this again")
            }
            update(piece)
            offset += Int64(piece.readableBytes)
            progress(piece.readableBytes)
        }
    }
}
