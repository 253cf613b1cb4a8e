// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

extension Downloader {
    /// Brings what is missing of a file from the chunk store, in stretches, several at a time.
    ///
    /// They are written in the file's order, so that what is there when a run ends is a beginning, which the next run
    /// goes on with. When the store and the hub are at odds the rest is left to a plain download.
    func receiveChunks(
        of hash: XetHash,
        from store: ChunkStore,
        _ file: RemoteFile,
        _ partial: PartialFile,
        bar: Int
    ) async throws {
        let ranges = stride(from: partial.length, to: file.size, by: Int(XetWindow.length)).map {
            $0..<min($0 + XetWindow.length, file.size)
        }
        do {
            try await withThrowingTaskGroup(of: (Int, ByteBuffer).self) { group in
                var next = 0
                var done = 0
                var ready: [Int: ByteBuffer] = [:]
                // A permit is kept until the stretch is written: it stands for the memory.
                defer { for _ in done..<next { windows.giveBack() } }
                while done < ranges.count {
                    // Only who has nothing under way waits for a permit, and so no two wait for each other.
                    while next < ranges.count, try await takePermit(waiting: next == done) {
                        let (index, window) = (next, XetWindow(store: store, file: hash, range: ranges[next]))
                        group.addTask { (index, try await window.fetch()) }
                        next += 1
                    }
                    guard let (index, bytes) = try await group.next() else { return }
                    ready[index] = bytes
                    while let bytes = ready.removeValue(forKey: done) {
                        try await Disk.run { try partial.append(bytes) }
                        progress.advance(bar, by: bytes.readableBytes)
                        done += 1
                        windows.giveBack()
                    }
                }
            }
        } catch let error as XetWindow.Inconsistent {
            progress.say("\(file.path): the chunk store answers with \(error.what); fetching the file itself")
        } catch let error as HTTPFailure where [404, 501].contains(error.status) {
            progress.say("\(file.path): the chunk store does not have it (\(error.status)); fetching the file itself")
        }
    }

    private func takePermit(waiting: Bool) async throws -> Bool {
        guard waiting else { return windows.takeIfFree() }
        await windows.take()
        guard !Task.isCancelled else {
            windows.giveBack()
            throw CancellationError()
        }
        return true
    }
}
