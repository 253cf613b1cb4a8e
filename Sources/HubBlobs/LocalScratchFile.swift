// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// A scratch file in `ingest/`: what a crash leaves of it is swept up with the rest there.
final class LocalScratchFile: ScratchFile {
    private let file: TemporaryFile
    private let written = Mutex<Int64>(0)

    init(files: BlobFiles, pool: DiskPool) { file = TemporaryFile(files: files, pool: pool) }

    var size: Int64 { written.withLock { $0 } }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try written.withLock { size in
            try file.descriptor().write(bytes, at: size)
            size += Int64(bytes.count)
        }
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
        let descriptor = try file.descriptor()
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try descriptor.read(into: rest, at: offset + Int64(filled))
            guard count > 0 else { throw HubError(.corrupt, "A scratch file is shorter than it was") }
            filled += count
        }
    }
}
