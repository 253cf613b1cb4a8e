// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Headers of checkpoints: tensors lie within the file, one after the other.
extension FuzzTarget {
    static let safetensors = FuzzTarget("safetensors", run: SafetensorsFuzz.run)
}

private enum SafetensorsFuzz {
    static func run(_ bytes: [UInt8]) {
        // Two bytes say how many bytes of tensors follow the header, so that short corpus files can be whole.
        let extra = bytes.prefix(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let file = bytes.dropFirst(2)
        let size = Int64(file.count) + extra
        if let count = try? SafetensorsHeader.byteCount(prefix: file, fileSize: size), count <= file.count {
            _ = try? SafetensorsHeader(parsing: file, fileSize: size)
        }
        _ = try? SafetensorsIndex(parsing: file)
    }
}
