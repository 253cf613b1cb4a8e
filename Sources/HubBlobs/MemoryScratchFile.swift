// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// A scratch file in memory, beside blobs in memory.
final class MemoryScratchFile: ScratchFile {
    private let content = Mutex<[UInt8]>([])

    var size: Int64 { content.withLock { Int64($0.count) } }

    func append(_ bytes: UnsafeRawBufferPointer) { content.withLock { $0 += bytes } }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
        try content.withLock { content in
            guard let start = Int(exactly: offset), start >= 0, buffer.count <= content.count - start else {
                throw HubError(.corrupt, "A scratch file is shorter than it was")
            }
            buffer.copyBytes(from: content[start..<(start + buffer.count)])
        }
    }
}
