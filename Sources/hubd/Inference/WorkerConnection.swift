// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Synchronization

/// One worker process and the socket to it.
final class WorkerConnection: Sendable {
    let descriptor: Int32
    let pid: Int32
    private let isClosed = Mutex(false)

    /// Starts this very program as a worker. Blocks for as long as that takes.
    init(_ options: InferenceProcess.Options) throws {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0, let mine = ends.first, let theirs = ends.last else {
            throw HubError(.unavailable, "There are no descriptors left")
        }
        // Neither end may live on in another child; the worker gets a copy as its standard input.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { _ = Foundation.close(theirs) }
        let process = Foundation.Process()
        let program = CommandLine.arguments.first ?? "hubd"
        // A symbolic link of the kernel's; where there is none, the name that the program was called by.
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? program
        process.executableURL = URL(filePath: path)
        process.arguments =
            [
                "worker", "--memory", "\(options.memory)", "--models", "\(options.models)", "--threads",
                "\(options.threads)", "--batch", "\(options.batch)",
            ] + (options.library.map { ["--library", $0] } ?? [])
        // Nothing of the hub's secrets.
        let kept: Set<String> = [
            "PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VITRINE_CACHE", "XDG_CACHE_HOME", "TMPDIR",
        ]
        process.environment = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
        process.standardInput = FileHandle(fileDescriptor: theirs, closeOnDealloc: false)
        process.standardOutput = FileHandle.standardError
        do { try process.run() } catch {
            _ = Foundation.close(mine)
            throw error
        }
        descriptor = mine
        pid = process.processIdentifier
    }

    func kill() { _ = Foundation.kill(pid, SIGKILL) }

    /// Throws when the worker is gone. On the same queue as `close()`, or the descriptor may be another's.
    func write(_ header: JSONValue, _ body: some Collection<UInt8>) throws {
        guard !isClosed.withLock({ $0 }) else { throw HubError(.unavailable, "The inference worker ended") }
        try WorkerFrame.write(header, body, to: descriptor)
    }

    func close() {
        isClosed.withLock { $0 = true }
        _ = Foundation.close(descriptor)
    }
}
