// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer

/// Archives: directories and packed members.
extension FuzzTarget {
    static let zip = FuzzTarget("zip", run: ZipFuzz.run)
}

private enum ZipFuzz {
    static func run(_ bytes: [UInt8]) {
        wait {
            _ = try? await ZipDirectory(tail: bytes, fileSize: UInt64(bytes.count)) { offset in
                Array(bytes.dropFirst(Int(clamping: offset)).prefix(56))
            }
        }
        _ = try? ZipDirectory.members(bytes)
        _ = try? ZipDirectory.contentOffset(bytes)
        if let unpacked = try? Inflate.unpack(bytes, limit: 1 << 16) {
            precondition(unpacked.bytes.count <= 1 << 16, "the limit holds")
        }
        _ = Inflate.start(of: bytes)
    }
}
