// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// What every ``BlobStore`` must do, as checks that throw; run for each implementation by a parameterised test.
public struct BlobStoreConformance: Sendable, CustomStringConvertible {
    /// A rule that a store breaks.
    public struct Violation: Error, CustomStringConvertible {
        public let description: String
    }

    public let description: String
    /// Runs on an empty store.
    public let run: @Sendable (any BlobStore) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any BlobStore) async throws -> Void) {
        self.description = description
        self.run = run
    }

    public static let all: [BlobStoreConformance] = ingestRules + readRules + partialRules

    static func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        if !condition { throw Violation(description: rule()) }
    }

    static func requireError(_ code: HubError.Code, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as HubError where error.code == code { return }
        throw Violation(description: "should have thrown \(code)")
    }
}

/// `count` bytes that differ from place to place and from `seed` to `seed`.
public func patternBytes(_ count: Int, seed: UInt64 = 1) -> ByteBuffer {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var words: [UInt64] = []
    words.reserveCapacity(count / 8 + 1)
    for _ in 0...(count / 8) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        words.append(state)
    }
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    words.withUnsafeBytes { _ = buffer.writeBytes($0.prefix(count)) }
    return buffer
}

extension BlobStore {
    /// Stores bytes in one write.
    @discardableResult
    public func put(_ bytes: ByteBuffer, expectedID: BlobID? = nil) async throws -> BlobID {
        let ingest = try await ingest(expectedID: expectedID, expectedSize: Int64(bytes.readableBytes))
        try await ingest.write(bytes)
        return try await ingest.finish().id
    }

    /// All bytes of a blob.
    public func bytes(of id: BlobID) async throws -> ByteBuffer {
        let reader = try await open(id)
        var all = ByteBuffer()
        while Int64(all.readableBytes) < reader.size {
            var part = try await reader.read(at: Int64(all.readableBytes), upTo: 256 * 1024)
            guard all.writeBuffer(&part) > 0 else { break }
        }
        return all
    }
}

extension ByteBuffer {
    /// Slices of at most `length` bytes, as a body would arrive.
    public func chunks(of length: Int) -> AsyncStream<ByteBuffer> {
        var rest = self
        var slices: [ByteBuffer] = []
        while let slice = rest.readSlice(length: Swift.min(length, rest.readableBytes)), slice.readableBytes > 0 {
            slices.append(slice)
        }
        let all = slices
        return AsyncStream { continuation in
            for slice in all { continuation.yield(slice) }
            continuation.finish()
        }
    }
}
