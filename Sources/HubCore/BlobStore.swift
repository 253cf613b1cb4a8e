// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import NIOCore

/// Port: immutable bytes, named by their SHA-256.
///
/// Implementations pass `BlobStoreConformance` (Tests/Support). All of them guarantee:
/// - a blob is visible whole or not at all, and once `finish` has returned it survives a crash of the process or machine;
/// - storing the same bytes twice stores them once and succeeds;
/// - memory does not grow with the size of a blob;
/// - no call blocks the caller's thread for longer than a read from the page cache.
public protocol BlobStore: Sendable {
    /// The size in bytes, or `nil` if there is no such blob.
    func size(of id: BlobID) async throws -> Int64?

    /// Opens a blob for reading. The reader keeps the bytes alive even if the blob is deleted meanwhile.
    /// - Throws: ``HubError/Code/notFound``.
    func open(_ id: BlobID) async throws -> any BlobReader

    /// The whole bytes of some small blobs, in the order asked for: one trip to the disk for all of them.
    /// - Parameter limit: bytes that one may have; the caller knows that together they fit into memory.
    /// - Throws: ``HubError/Code/notFound`` if one is missing, ``HubError/Code/tooLarge``.
    func contents(of ids: [BlobID], limit: Int64) async throws -> [ByteBuffer]

    /// Where the blob lies, or would, in this machine's file system; `nil` when blobs are not files.
    ///
    /// The file never changes while it is there.
    func path(of id: BlobID) -> String?

    /// Starts to take in a blob of unknown or known digest and size; see ``BlobIngest``.
    /// - Parameters:
    ///   - expectedID: checked by `finish`; a blob that is there already is still read and checked.
    ///   - expectedSize: in bytes; more than this is refused as soon as it is seen, less by `finish`.
    func ingest(expectedID: BlobID?, expectedSize: Int64?) async throws -> any BlobIngest

    /// Opens (or goes on with) an upload in parts that arrive in any order and survive a restart.
    /// - Parameters:
    ///   - partSize: bytes of every part but the last.
    func partialIngest(id: BlobID, size: Int64, partSize: Int64) async throws -> any PartialBlobIngest

    /// An empty scratch file; its bytes are gone with the last reference to it.
    func scratchFile() -> any ScratchFile

    /// Removes a blob; succeeds when there is none. Only garbage collection calls this.
    func delete(_ id: BlobID) async throws

    /// Removes a blob unless it arrived, or the same bytes were stored again, at `moment` or later; returns whether it did.
    ///
    /// One step: an ingest of the same bytes that finishes meanwhile either keeps the blob or stores it anew.
    func delete(_ id: BlobID, ifArrivedBefore moment: Timestamp) async throws -> Bool

    /// Takes a blob whose bytes are damaged out of use, keeping the bytes for the operator where there is a place for them;
    /// the same content can then be stored again. Returns whether there was one.
    func setAside(_ id: BlobID) async throws -> Bool

    /// Calls `body` with each blob's id, size in bytes and time of arrival (the last time its bytes were stored), in no order.
    func forEach(_ body: (BlobID, Int64, Timestamp) async throws -> Void) async throws

    /// Removes leftovers of uploads that nothing has written to since `moment`. Returns the bytes freed.
    func removeStaleIngests(before moment: Timestamp) async throws -> Int64

    /// Throws ``HubError/Code/unavailable`` or ``HubError/Code/storageFull`` when a write would fail.
    func checkHealth() async throws
}

extension BlobStore {
    public func path(of id: BlobID) -> String? { nil }

    public func contents(of ids: [BlobID], limit: Int64) async throws -> [ByteBuffer] {
        var contents: [ByteBuffer] = []
        for id in ids { contents.append(try await open(id).whole(limit: limit)) }
        return contents
    }
}

extension BlobReader {
    /// All bytes of a small blob.
    /// - Throws: ``HubError/Code/tooLarge`` for one of more than `limit` bytes.
    public func whole(limit: Int64) async throws -> ByteBuffer {
        guard size <= limit else { throw HubError(.tooLarge, "A blob of \(size) bytes is too large to be read whole") }
        var whole = ByteBuffer()
        while Int64(whole.readableBytes) < size {
            var part = try await read(at: Int64(whole.readableBytes), upTo: Int(clamping: size))
            guard part.readableBytes > 0 else { throw HubError(.corrupt, "A blob ended before its size") }
            whole.writeBuffer(&part)
        }
        return whole
    }
}

/// An open blob.
public protocol BlobReader: Sendable {
    /// The whole size in bytes.
    var size: Int64 { get }

    /// The bytes from `offset`, at most `count` of them and at least one unless `offset` is the end.
    ///
    /// Comes straight from the page cache on the caller's thread where the bytes are there, else from a pool.
    /// - Throws: ``HubError/Code/corrupt`` if the file is shorter than ``size``.
    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer
}

/// A blob on its way in.
///
/// Exactly one of `finish` and `cancel` must be called, and is the last call.
public protocol BlobIngest: AnyObject, Sendable {
    /// Bytes taken in so far.
    var written: Int64 { get }

    /// Appends; returns when the bytes are out of the caller's hands, which is the backpressure.
    /// - Throws: ``HubError/Code/tooLarge`` past the expected size, ``HubError/Code/storageFull``.
    func write(_ bytes: ByteBuffer) async throws

    /// Checks digest and size, makes the bytes durable and publishes them.
    /// - Throws: ``HubError/Code/unprocessable`` on a mismatch; then nothing was stored.
    func finish() async throws -> (id: BlobID, size: Int64)

    /// Drops everything; never throws, may be called after a failed `write`.
    func cancel() async
}

/// A blob that arrives in numbered parts, perhaps in parallel, perhaps over days.
public protocol PartialBlobIngest: Sendable {
    /// How many parts there are; they are numbered from 1.
    var partCount: Int { get }

    /// The length in bytes that part `number` must have, or `nil` if there is no such part.
    func length(ofPart number: Int) -> Int64?

    /// Whether part `number` has arrived whole and is on disk.
    func hasPart(_ number: Int) async throws -> Bool

    /// Takes in one part from `chunks`; a part sent again replaces the former.
    /// - Throws: ``HubError/Code/unprocessable`` when it is shorter, ``HubError/Code/tooLarge`` when longer.
    func writePart<Chunks: AsyncSequence & Sendable>(_ number: Int, _ chunks: Chunks) async throws
    where Chunks.Element == ByteBuffer

    /// Checks that all parts are there and that together they have the digest, then publishes the blob.
    /// - Throws: ``HubError/Code/unprocessable``; on a wrong digest every part is dropped.
    func finish() async throws

    /// Drops all parts.
    func cancel() async
}
