// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Bytes that stay where they are and never change while this object lives: the ground that tensors lie on.
///
/// Engines read them in place, so a tensor over a mapped file costs no memory of its own.
public final class TensorMemory: @unchecked Sendable {
    // Unchecked: the bytes are written before the initializer returns and only read afterwards.
    public let bytes: UnsafeRawBufferPointer
    private let release: @Sendable () -> Void

    /// Takes over bytes that `release` gives back.
    public init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
        self.bytes = bytes
        self.release = release
    }

    /// New memory of `count` bytes, filled by `fill`.
    public convenience init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        // 64 bytes are a cache line, and what the widest vector instructions like.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Swift.max(count, 1), alignment: 64)
        do {
            try fill(UnsafeMutableRawBufferPointer(rebasing: memory.prefix(count)))
        } catch {
            memory.deallocate()
            throw error
        }
        nonisolated(unsafe) let owned = memory
        self.init(UnsafeRawBufferPointer(rebasing: memory.prefix(count))) { owned.deallocate() }
    }

    deinit { release() }
}
