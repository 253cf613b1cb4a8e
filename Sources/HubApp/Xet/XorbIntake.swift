// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// A xorb that came whole.
struct XorbArrival: Sendable {
    let layout: XorbLayout
    /// CRC-32C of each packed chunk.
    let checks: [UInt32]
}

/// Reads a xorb as it comes: unpacks and hashes its chunks, and keeps what it takes to read them back.
struct XorbIntake: Sendable {
    private var parser = XorbParser()
    private var checksum = CRC64NVME()

    mutating func feed(_ bytes: ByteBuffer) throws {
        bytes.withUnsafeReadableBytes { checksum.update($0) }
        try parser.feed(bytes)
    }

    /// - Throws: ``HubError/Code/badRequest`` if it ends too early, or has another checksum than the client said.
    mutating func finish(checksum expected: UInt64?) throws -> XorbArrival {
        if let expected, expected != checksum.value {
            throw HubError(.badRequest, "The bytes do not have the checksum they were announced with")
        }
        return XorbArrival(layout: try parser.finish(), checks: parser.checks)
    }
}
