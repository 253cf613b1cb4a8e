// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The chunk store: files as runs of chunks, each chunk stored once in its domain.
///
/// Formats are in HubTransfer, bytes in the blob store, rows in the metadata store; here is what joins them. Each call is
/// made with a ``CASAccess``: a file is given to who may read a repo that has it, never to who knows its hash.
public struct XetService: Sendable {
    let hub: Hub

    /// Bytes of a shard; clients begin another at 64 MiB.
    public static let shardBytes = 80 << 20
}

extension Hub {
    public var xet: XetService { XetService(hub: self) }
}

/// Whose files share chunks.
public enum DedupDomain: String, Sendable, CaseIterable {
    /// Those of one user or organisation.
    case namespace
    /// All: who may write anywhere can find out that some chunk is stored.
    case hub
}

/// How much one upload through chunks may bring, and make the server do.
enum XetLimits {
    /// Bytes of a xorb as it is sent: 64 MiB of contents, none of it compressible, and a header for each of 8,192 chunks.
    static let xorbBytes = (64 << 20) + 8 * 8192
    static let termsPerFile = 2_000_000
    /// Files up to this size (bytes) may repeat their chunks as they like: empty tensors do.
    static let freeFileBytes: Int64 = 8 << 30
    /// Larger ones may be this many times the bytes of their different chunks.
    static let expansion: Int64 = 1024
    /// Xorbs in the answer to a question for a chunk, and chunks in all of them (48 bytes each).
    static let xorbsPerAnswer = 16
    static let chunksPerAnswer = 24_576
    /// Ranges of a xorb in one address.
    static let rangesPerAddress = 64
    /// Seconds that an address of a xorb's bytes opens.
    static let addressSeconds: Int64 = 900
    /// Seconds that clients keep what they know of stored xorbs.
    static let clientMemorySeconds: Int64 = 35 * 86_400
    /// Seconds that the answer to a question for a chunk may be used by later sessions.
    static let answerSeconds: UInt64 = 3 * 86_400
}
