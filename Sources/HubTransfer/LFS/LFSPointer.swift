// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The text that stands in git for a large file (git-lfs specification, version 1).
public struct LFSPointer: Sendable, Hashable {
    /// Longer texts are never pointers.
    public static let maximumSize = 1024

    public let oid: BlobID
    /// Bytes of the file it stands for.
    public let size: Int64

    public init(oid: BlobID, size: Int64) {
        self.oid = oid
        self.size = size
    }

    /// The bytes of the pointer, which git hashes as the blob.
    public var data: [UInt8] {
        Array("version https://git-lfs.github.com/spec/v1\noid sha256:\(oid.hex)\nsize \(size)\n".utf8)
    }

    /// `nil` unless the bytes are a pointer.
    public init?(parsing bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.maximumSize, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        guard let first = lines.first, first == "version https://git-lfs.github.com/spec/v1" else { return nil }
        var oid: BlobID?
        var size: Int64?
        for line in lines.dropFirst() {
            if line.hasPrefix("oid sha256:") { oid = BlobID(hex: line.dropFirst("oid sha256:".count)) }
            if line.hasPrefix("size ") { size = Int64(line.dropFirst("size ".count)) }
        }
        guard let oid, let size, size >= 0 else { return nil }
        self.init(oid: oid, size: size)
    }
}
