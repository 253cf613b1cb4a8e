// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// What the oid of a file in a tree stands for.
public struct FileObjectRecord: Sendable, Hashable {
    /// The git blob's id: of the file's bytes, or of its LFS pointer's.
    public let oid: GitOID
    /// The digest of the content, and its name in the blob store.
    public let sha256: BlobID
    /// Bytes of the content.
    public let size: Int64
    /// Bytes of the LFS pointer, or `nil` for a file that git holds itself.
    public let pointerSize: Int64?

    public var isLFS: Bool { pointerSize != nil }

    public init(oid: GitOID, sha256: BlobID, size: Int64, pointerSize: Int64?) {
        self.oid = oid
        self.sha256 = sha256
        self.size = size
        self.pointerSize = pointerSize
    }

    static let columns = "oid, sha256, size, pointer_size"

    init(_ row: Row) throws {
        oid = try row.oid("oid")
        sha256 = try row.blobID("sha256")
        size = try row.value("size")
        pointerSize = try row.optional("pointer_size")
    }
}
