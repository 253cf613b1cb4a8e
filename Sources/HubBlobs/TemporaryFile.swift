// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file in `ingest/`, made on first use and removed at the latest when nobody refers to it any more.
final class TemporaryFile: Sendable {
    private enum State {
        case unmade
        case open(FileDescriptor)
        case gone
    }

    private let name: String
    private let files: BlobFiles
    private let pool: DiskPool
    private let state = Mutex<State>(.unmade)

    init(files: BlobFiles, pool: DiskPool) {
        name = BlobLayout.temporaryName()
        self.files = files
        self.pool = pool
        files.temporaries.withLock { [name] in _ = $0.insert(name) }
    }

    deinit {
        switch state.withLock({ $0 }) {
        case .open(let file): _ = pool.start { [files, name] in Self.remove(file, name: name, files: files) }
        case .unmade: files.temporaries.withLock { [name] in _ = $0.remove(name) }
        case .gone: break
        }
    }

    /// Whether there is a file yet.
    var isMade: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    /// The open file.
    ///
    /// Runs on the pool.
    func descriptor() throws -> FileDescriptor {
        try state.withLock { state in
            switch state {
            case .open(let file): return file
            case .gone: throw CancellationError()
            case .unmade:
                let path = files.layout.temporary(name)
                let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
                state = .open(file)
                return file
            }
        }
    }

    /// Makes the file the blob `id`.
    ///
    /// Runs on the pool.
    func publish(id: BlobID, size: Int64) throws {
        try files.publish(descriptor(), id: id, size: size)
        state.withLock { $0 = .gone }
        files.temporaries.withLock { _ = $0.remove(name) }
    }

    /// Removes the file.
    ///
    /// Runs on the pool; work still under way on the file fails or comes to nothing.
    func drop() {
        let former = state.withLock { state in
            defer { state = .gone }
            return state
        }
        switch former {
        case .open(let file): Self.remove(file, name: name, files: files)
        case .unmade: files.temporaries.withLock { _ = $0.remove(name) }
        case .gone: break
        }
    }

    private static func remove(_ file: FileDescriptor, name: String, files: BlobFiles) {
        // Nobody waits for the outcome: what cannot be removed now is the sweep's. Emptied first, so that the blocks
        // are freed here and not by whoever happens to close the file last.
        try? file.truncate(to: 0)
        _ = try? FileSystem.remove(file.path)
        files.temporaries.withLock { _ = $0.remove(name) }
    }
}
