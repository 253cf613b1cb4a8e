// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import Synchronization
import Testing

/// What a run of a program left.
struct CommandResult: Sendable {
    let status: Int32
    let stdout: String
    let stderr: String
}

/// A program of this package, as built beside the tests.
struct Binary: Sendable {
    static let hubctl = Binary(name: "hubctl")
    static let hubd = Binary(name: "hubd")

    let name: String

    var path: String {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        // On macOS the tests are in a bundle.
        while folder.path != "/",
            !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent(name).path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent(name).path
    }

    /// Runs with nothing but `environment`, and waits.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        stdin: String = ""
    ) async throws -> CommandResult {
        try await start(arguments, environment: environment, stdin: stdin).result()
    }

    func start(_ arguments: [String], environment: [String: String] = [:], stdin: String = "") throws -> RunningCommand
    {
        try RunningCommand(path, arguments, environment: environment, stdin: stdin)
    }
}

/// A program that runs, its output in files: a pipe's end could be inherited by a server that another test starts.
final class RunningCommand: Sendable {
    private let pid: pid_t
    private let folder: URL
    private let ended: Task<Int32, Never>
    private let hasEnded = Flag()

    init(_ path: String, _ arguments: [String], environment: [String: String], stdin: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hubctl-run-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = ["in", "out", "err"].map { folder.appendingPathComponent($0).path }
        try Data(stdin.utf8).write(to: URL(fileURLWithPath: files[0]))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, file) in files.enumerated() {
            let flags = descriptor == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), file, flags, 0o600)
        }
        let variables = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &argv, &envp)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOEXEC) }
        self.pid = pid
        let child = pid
        let flag = hasEnded
        ended = Task {
            await withCheckedContinuation { continuation in
                // A thread of its own: it does nothing but wait.
                Thread.detachNewThread {
                    var status: Int32 = 0
                    while waitpid(child, &status, 0) < 0, errno == EINTR {}
                    flag.isSet.store(true, ordering: .relaxed)
                    let signal = status & 0x7F
                    continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
                }
            }
        }
    }

    var isRunning: Bool { !hasEnded.isSet.load(ordering: .relaxed) }

    func signal(_ number: Int32) { if isRunning { kill(pid, number) } }

    func result() async throws -> CommandResult {
        let status = await ended.value
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
        }
        let result = CommandResult(status: status, stdout: try text("out"), stderr: try text("err"))
        try FileManager.default.removeItem(at: folder)
        return result
    }
}

/// Set once, from another thread.
private final class Flag: Sendable {
    let isSet = Atomic(false)
}
