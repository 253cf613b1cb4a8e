// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubRuntime
import HubVision
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A checkpoint on this machine, brought here if need be.
enum LocalModel {
    /// Weights of other libraries, which the runtime does not read.
    private static let foreign = [
        "*.bin", "*.h5", "*.msgpack", "*.pt", "*.pth", "*.ckpt", "*.gguf", "*.ot", "*.tflite",
    ]

    static func files(_ model: String, revision: String, _ context: CommandContext) async throws -> ModelFiles {
        if try await Disk.run({ try Files.status(model)?.isFolder ?? false }) {
            return try await Disk.run { try ModelFiles(folder: model) }
        }
        let target: RepoTarget
        do { target = try RepoTarget(model, kind: .model) } catch {
            throw CommandFailure("'\(model)' is neither a folder nor the name of a repo", hint: "like alice/vit-tiny")
        }
        let commit = try await context.client.commit(target, revision: revision)
        let all = try await context.client.files(target, revision: commit.hex)
        let wanted = try Pull.select(all, named: [], filter: FileFilter(include: [], exclude: foreign))
        let pull = PullRun(context: context, target: target, revision: revision, commit: commit, workers: 8)
        let outcome = try await pull.intoCache(
            CacheLayout(cache: context.environment.cache, target: target),
            wanted,
            dryRun: false
        )
        return try await Disk.run { try ModelFiles(folder: outcome.folder) }
    }

    /// Blocks.
    static func load(_ files: ModelFiles, task: VisionTask?, threads: Int) throws -> VisionPipeline {
        let environment = ProcessInfo.processInfo.environment
        let engine = try ORTEngine(
            configured: environment["VITRINE_ONNXRUNTIME_LIBRARY"],
            program: CommandLine.arguments.first,
            environment: environment
        )
        return try VisionPipeline(files, task: task, engine: engine, threads: threads)
    }

    /// Blocks.
    static func picture(_ path: String) throws -> Image {
        let file = try OpenFile.reading(path)
        let limit = 64 << 20
        let size = try file.size()
        guard size <= Int64(limit) else { throw CommandFailure("\(path) is larger than \(limit >> 20) MiB") }
        let bytes = try file.read(at: 0, count: Int(size))
        do { return try ImageDecoder().decode(bytes.readableBytesView) } catch let error as HubError {
            throw CommandFailure("\(path): \(error.message)")
        }
    }
}
