// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Port: bytes that are needed once more before some work is done, and are gone after it.
///
/// Calls may wait for a disk: they belong on a thread that may wait, one at a time.
public protocol ScratchFile: Sendable {
    /// Bytes written so far.
    var size: Int64 { get }

    /// - Throws: ``HubError/Code/storageFull``.
    func append(_ bytes: UnsafeRawBufferPointer) throws

    /// Fills `buffer` from `offset` on.
    /// - Throws: ``HubError/Code/corrupt`` if there are fewer bytes.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws
}

extension ScratchFile {
    /// `count` bytes from `offset` on.
    public func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            try read(
                at: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer).prefix(count))
            )
            written = count
        }
    }
}
