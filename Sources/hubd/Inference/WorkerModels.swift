// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision

/// The networks in the worker's memory: loaded when first asked for, the longest unused dropped for room.
final class WorkerModels: @unchecked Sendable {
    // Unchecked: everything that changes is under `lock`, an entry's network under the entry's.
    private final class Entry: @unchecked Sendable {
        let lock = NSLock()
        var pipeline: VisionPipeline?
        let bytes: Int64
        var used: UInt64 = 0

        init(bytes: Int64) { self.bytes = bytes }
    }

    private let lock = NSLock()
    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0
    private var engine: Result<ORTEngine, any Error>?
    private let maximumBytes: Int64
    private let threads: Int
    private let open: () throws -> ORTEngine

    init(maximumBytes: Int64, threads: Int, open: @escaping () throws -> ORTEngine) {
        self.maximumBytes = maximumBytes
        self.threads = threads
        self.open = open
    }

    /// The models that are loaded.
    var loaded: [String] { lock.withLock { entries.filter { $0.value.pipeline != nil }.keys.sorted() } }

    func pipeline(_ key: String, files: [String: String], task: String?, fallback: String?) throws -> VisionPipeline {
        let engine = try sharedEngine()
        let entry = find(key, files)
        return try entry.lock.withLock {
            if let pipeline = entry.pipeline { return pipeline }
            let wanted = try task.map { name in
                guard let task = VisionTask(rawValue: name) else {
                    throw HubError(.unsupported, "The task \(name) is not supported by this hub")
                }
                return task
            }
            do {
                let pipeline = try VisionPipeline(
                    ModelFiles(paths: files),
                    task: wanted,
                    fallback: fallback.flatMap(VisionTask.init(rawValue:)),
                    engine: engine,
                    threads: threads
                )
                lock.withLock { entry.pipeline = pipeline }
                return pipeline
            } catch {
                // Others may be waiting for this entry; they try for themselves, and fail alike.
                lock.withLock { if entries[key] === entry { entries[key] = nil } }
                throw error
            }
        }
    }

    private func sharedEngine() throws -> ORTEngine {
        try lock.withLock {
            if let engine { return try engine.get() }
            let made = Result { try open() }
            engine = made
            return try made.get()
        }
    }

    private func find(_ key: String, _ files: [String: String]) -> Entry {
        lock.withLock {
            clock += 1
            let entry = entries[key] ?? Entry(bytes: Self.bytes(of: files))
            entries[key] = entry
            entry.used = clock
            var total = entries.values.reduce(0) { $0 + $1.bytes }
            while total > maximumBytes,
                let oldest = entries.filter({ $0.value !== entry }).min(by: { $0.value.used < $1.value.used })
            {
                // Runs that go on keep it until they end.
                entries[oldest.key] = nil
                total -= oldest.value.bytes
            }
            return entry
        }
    }

    private static func bytes(of files: [String: String]) -> Int64 {
        // Of a model that has both, the ONNX files lie there unused.
        let isONNX = !ModelFiles(paths: files).hasSafetensors
        return files.reduce(0) { total, file in
            guard isONNX || file.key.hasSuffix(".safetensors") else { return total }
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.value)
            // What cannot be read is told of when it is mapped.
            return total + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }
}
