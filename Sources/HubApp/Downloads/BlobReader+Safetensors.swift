// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension BlobReader {
    /// The header of a safetensors file, and the bytes that it was read from.
    /// - Parameters:
    ///   - fileSize: bytes that the file is to have.
    ///   - limit: a longer header is not read, in bytes; then there is none.
    /// - Throws: ``SafetensorsError`` for what is no safetensors file, besides what reading throws.
    func safetensorsHeader(
        fileSize: Int64,
        limit: Int
    ) async throws -> (header: SafetensorsHeader, bytes: [UInt8])? {
        let prefix = try await prefix(SafetensorsHeader.prefixSize)
        let count = try SafetensorsHeader.byteCount(prefix: prefix, fileSize: fileSize)
        guard count <= limit else { return nil }
        let bytes = try await self.prefix(count)
        return (try SafetensorsHeader(parsing: bytes, fileSize: fileSize), bytes)
    }
}
