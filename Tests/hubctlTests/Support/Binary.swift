// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
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

/// A program that runs.
final class RunningCommand: @unchecked Sendable {
    // Unchecked: Process is only touched by the calls below, which Foundation makes safe.
    private let process = Process()
    private let output: Task<(Data, Data), Never>
    private let ended: AsyncStream<Int32>

    init(_ path: String, _ arguments: [String], environment: [String: String], stdin: String) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        let (input, out, err) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = out
        process.standardError = err
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        ended = stream
        process.terminationHandler = {
            continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
            continuation.finish()
        }
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(stdin.utf8))
        try input.fileHandleForWriting.close()
        output = Task {
            async let first = Self.read(out)
            async let second = Self.read(err)
            return await (first, second)
        }
    }

    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    func result() async throws -> CommandResult {
        let (out, err) = await output.value
        var status: Int32 = -1
        for await value in ended { status = value }
        return CommandResult(
            status: status,
            stdout: String(decoding: out, as: UTF8.self),
            stderr: String(decoding: err, as: UTF8.self)
        )
    }

    private static func read(_ pipe: Pipe) async -> Data {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: pipe.fileHandleForReading.readDataToEndOfFile())
            }
        }
    }
}
