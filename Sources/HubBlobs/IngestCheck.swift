// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore

/// The size and digest rules that both stores share.
enum IngestCheck {
    /// - Throws: ``HubError/Code/tooLarge`` when `bytes` would go past the expected size.
    static func room(for bytes: ByteBuffer, after written: Int64, of expected: Int64?) throws {
        guard let expected else { return }
        guard Int64(bytes.readableBytes) <= expected - written else {
            throw HubError(.tooLarge, "More than the expected \(expected) bytes were sent")
        }
    }

    /// The digest of all bytes, if it and the size are what was expected.
    /// - Throws: ``HubError/Code/unprocessable``.
    static func identity(
        _ hasher: SHA256,
        size: Int64,
        expectedID: BlobID?,
        expectedSize: Int64?
    ) throws -> BlobID {
        if let expectedSize, size != expectedSize {
            throw HubError(.unprocessable, "Blob size mismatch: expected \(expectedSize) bytes, got \(size)")
        }
        guard let id = BlobID(bytes: Array(hasher.finalize())) else {
            throw HubError(.internal, "SHA-256 did not give \(BlobID.byteCount) bytes")
        }
        if let expectedID, id != expectedID {
            throw HubError(.unprocessable, "Blob sha256 mismatch: expected \(expectedID), got \(id)")
        }
        return id
    }
}
