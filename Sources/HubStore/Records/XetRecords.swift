// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A stored xorb, without its chunks.
public struct XorbRecord: Sendable, Hashable {
    public let id: Int64
    public let domain: XetDomain
    public let hash: XetHash
    /// The blob that holds its bytes.
    public let body: BlobID
    /// Where its chunks begin in the blob, if that is a whole file; `nil` if the blob holds the packed chunks.
    public let rawOffset: Int64?
    public let chunkCount: Int
    /// Bytes of the packed chunks with their headers.
    public let packedSize: Int64
    /// Bytes of the chunks' contents.
    public let unpackedSize: Int64

    static let columns = """
        xet_xorb.id, xet_xorb.domain, xet_xorb.hash, xet_xorb.body, xet_xorb.raw_offset, xet_xorb.chunks,
        xet_xorb.packed_size, xet_xorb.unpacked_size
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        domain = XetDomain(id: try row.value("domain"))
        hash = try row.xetHash("hash")
        body = try row.blobID("body")
        rawOffset = try row.optional("raw_offset")
        chunkCount = try row.value("chunks")
        packedSize = try row.value("packed_size")
        unpackedSize = try row.value("unpacked_size")
    }
}

/// A xorb about to be stored.
public struct NewXorb: Sendable {
    public let domain: XetDomain
    public let hash: XetHash
    public let body: BlobID
    public let rawOffset: Int64?
    public let chunkCount: Int
    public let packedSize: Int64
    public let unpackedSize: Int64
    /// CRC-32C of each packed chunk, four bytes each, little-endian.
    public let checks: [UInt8]
    /// As a xorb's footer.
    public let layout: [UInt8]

    public init(
        domain: XetDomain,
        hash: XetHash,
        body: BlobID,
        rawOffset: Int64?,
        chunkCount: Int,
        packedSize: Int64,
        unpackedSize: Int64,
        checks: [UInt8],
        layout: [UInt8]
    ) {
        self.domain = domain
        self.hash = hash
        self.body = body
        self.rawOffset = rawOffset
        self.chunkCount = chunkCount
        self.packedSize = packedSize
        self.unpackedSize = unpackedSize
        self.checks = checks
        self.layout = layout
    }
}

/// A file made of chunks.
public struct XetFileRecord: Sendable, Hashable {
    public let id: Int64
    public let domain: XetDomain
    public let hash: XetHash
    /// Of its content.
    public let sha256: BlobID
    /// In bytes.
    public let size: Int64

    static let columns = "xet_file.id, xet_file.domain, xet_file.hash, xet_file.sha256, xet_file.size"

    init(_ row: Row) throws {
        id = try row.value("id")
        domain = XetDomain(id: try row.value("domain"))
        hash = try row.xetHash("hash")
        sha256 = try row.blobID("sha256")
        size = try row.value("size")
    }
}

/// A run of a xorb's chunks within a file.
public struct XetTermRecord: Sendable, Hashable {
    /// Where it begins in the file, in bytes.
    public let start: Int64
    /// In bytes.
    public let size: Int64
    public let xorb: Int64
    public let chunks: Range<Int>

    public init(start: Int64, size: Int64, xorb: Int64, chunks: Range<Int>) {
        self.start = start
        self.size = size
        self.xorb = xorb
        self.chunks = chunks
    }

    init(_ row: Row) throws {
        start = try row.value("start")
        size = try row.value("size")
        xorb = try row.value("xorb_id")
        let (first, end): (Int, Int) = (try row.value("first_chunk"), try row.value("end_chunk"))
        guard first < end else { throw HubError(.corrupt, "The metadata database holds a file's term without chunks") }
        chunks = first..<end
    }
}
