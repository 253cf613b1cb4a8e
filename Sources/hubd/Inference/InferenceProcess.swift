// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Dispatch
import Foundation
import HubApp
import HubCore
import Logging
import NIOCore
import Synchronization

/// The worker as the hub sees it: started when first needed, started again when it ends, killed when it does not obey.
///
/// Reading has a thread, starting and writing a queue: none of it touches the cooperative pool.
final class InferenceProcess: InferenceBackend {
    struct Options: Sendable {
        var memory: Int64
        var models: Int64
        var threads: Int64
        var timeout: Int64
        var queue: Int64
        var batch: Int64
        var library: String?
    }

    private struct Pending {
        let model: String
        let bytes: Int
        let continuation: CheckedContinuation<InferenceResult, any Error>
        var isRunning = false
    }

    private struct State {
        var connection: WorkerConnection?
        var lastID: Int64 = 0
        var pending: [Int64: Pending] = [:]
        /// Given up by their clients before they were registered.
        var gone: Set<Int64> = []
        /// Told to stop; the worker has still to say that it did.
        var stopping: Set<Int64> = []
        var loaded: Set<String> = []
        var failures = 0
        var notBefore = ContinuousClock.now
    }

    /// How long a client that does not say `X-Wait-For-Model` waits for loading, in seconds.
    private static let loadSeconds = 15.0
    /// How long the worker may take to stop a run, in seconds.
    private static let stopSeconds = 5.0

    /// Bodies of all requests that wait, in bytes: hub and worker hold them in memory.
    private static let maximumBytes = 256 << 20

    private let options: Options
    private let logger: Logger
    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "inference-worker")

    init(_ options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    var loaded: Set<String> { state.withLock { $0.loaded } }

    var loading: Set<String> {
        state.withLock { state in
            Set(state.pending.values.filter { !$0.isRunning }.map(\.model)).subtracting(state.loaded)
        }
    }

    var activity: InferenceActivity {
        state.withLock { state in
            let running = state.pending.values.count { $0.isRunning }
            return InferenceActivity(
                workerID: state.connection?.pid,
                running: running,
                waiting: state.pending.count - running,
                waitingBytes: state.pending.values.reduce(0) { $0 + $1.bytes },
                failures: state.failures
            )
        }
    }

    func answer(_ job: InferenceJob) async throws -> InferenceResult {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        // Cancelled at the very end, it was marked for nobody.
        defer { state.withLock { _ = $0.gone.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal = state.withLock { state -> (any Error)? in
                    if state.gone.remove(id) != nil { return CancellationError() }
                    let same = state.pending.values.count { $0.model == job.model }
                    let bytes = state.pending.values.reduce(job.body.readableBytes) { $0 + $1.bytes }
                    guard same < options.queue, state.pending.count < options.queue * 4, bytes <= Self.maximumBytes
                    else {
                        return HubError(.overloaded, "Too many requests wait for \(job.name); try again later")
                    }
                    state.pending[id] = Pending(
                        model: job.model,
                        bytes: job.body.readableBytes,
                        continuation: continuation
                    )
                    return nil
                }
                if let refusal {
                    continuation.resume(throwing: refusal)
                } else {
                    start(job, id)
                }
            }
        } onCancel: {
            let isPending = state.withLock { state in
                let isPending = state.pending[id] != nil
                if !isPending { state.gone.insert(id) }
                return isPending
            }
            if isPending { stop(id, CancellationError()) }
        }
    }

    private func start(_ job: InferenceJob, _ id: Int64) {
        var header: JSONObject = ["id": .int(id), "model": .string(job.model), "picture": .bool(job.wantsPicture)]
        if let task = job.task { header["task"] = .string(task) }
        if let fallback = job.fallbackTask { header["fallback"] = .string(fallback) }
        var files = JSONObject()
        for (name, path) in job.files { files[name] = .string(path) }
        header["files"] = .object(files)
        let frame = JSONValue.object(header)
        writer.async { [self] in
            do {
                let connection = try connect()
                guard state.withLock({ $0.pending[id] != nil }) else { return }
                try connection.write(frame, job.body.readableBytesView)
            } catch {
                finish(id, .failure(error))
            }
        }
        after(Double(options.timeout)) { [self] in
            stop(id, HubError(.timeout, "\(job.name) did not answer within \(options.timeout) seconds"))
        }
        guard !job.waitsForModel else { return }
        after(Self.loadSeconds) { [self] in
            let isLoading = state.withLock { $0.pending[id]?.isRunning == false && !$0.loaded.contains(job.model) }
            if isLoading { stop(id, ModelLoading(name: job.name, estimatedSeconds: Self.loadSeconds)) }
        }
    }

    /// Takes a request away from its client with `error`, and from the worker.
    private func stop(_ id: Int64, _ error: any Error) {
        let connection = state.withLock { state -> WorkerConnection? in
            guard state.pending[id] != nil, let connection = state.connection else { return nil }
            state.stopping.insert(id)
            return connection
        }
        guard finish(id, .failure(error)), let connection else { return }
        // A worker that is gone has nothing to cancel.
        writer.async { try? connection.write(["id": .int(id), "cancel": true], []) }
        // Loading cannot be stopped and does no harm; a run that goes on does.
        guard !(error is ModelLoading) else { return }
        after(Self.stopSeconds + (error is CancellationError ? Double(options.timeout) : 0)) { [self] in
            let isStuck = state.withLock { $0.stopping.contains(id) && $0.connection === connection }
            guard isStuck else { return }
            logger.warning("The inference worker does not stop and is killed")
            connection.kill()
        }
    }

    @discardableResult
    private func finish(_ id: Int64, _ result: Result<InferenceResult, any Error>) -> Bool {
        guard let pending = state.withLock({ $0.pending.removeValue(forKey: id) }) else { return false }
        pending.continuation.resume(with: result)
        return true
    }

    /// The worker, started if there is none. On `writer`.
    private func connect() throws -> WorkerConnection {
        let (existing, notBefore) = state.withLock { ($0.connection, $0.notBefore) }
        if let existing { return existing }
        guard ContinuousClock.now >= notBefore else {
            throw HubError(.unavailable, "The inference worker ended and will be started again; try again soon")
        }
        let connection: WorkerConnection
        do { connection = try WorkerConnection(options) } catch {
            backOff()
            throw HubError(.unavailable, "The inference worker cannot be started", cause: error)
        }
        state.withLock { $0.connection = connection }
        logger.info("Started the inference worker", metadata: ["pid": "\(connection.pid)"])
        Thread { [self] in
            while let (header, body) = WorkerFrame.read(from: connection.descriptor) { take(header, body) }
            lose(connection)
        }.start()
        return connection
    }

    private func take(_ header: JSONValue, _ body: [UInt8]) {
        guard let id = header["id"]?.intValue else { return }
        let loaded = Set((header["loaded"]?.arrayValue ?? []).compactMap(\.stringValue))
        let isRunning = header["running"] != nil
        state.withLock { state in
            state.loaded = loaded
            state.failures = 0
            if isRunning { state.pending[id]?.isRunning = true } else { state.stopping.remove(id) }
        }
        guard !isRunning else { return }
        if let code = header["error"]?.stringValue {
            let message = header["message"]?.stringValue ?? ""
            finish(id, .failure(HubError(Self.codes[code] ?? .internal, message)))
            return
        }
        var seconds: [String: Double] = [:]
        for (stage, value) in header["seconds"]?.objectValue ?? [:] { seconds[stage] = value.doubleValue }
        let type = header["type"]?.stringValue ?? "application/json"
        let shared = header["shared"]?.intValue.flatMap(Int.init(exactly:)) ?? 1
        let result = InferenceResult(
            body: ByteBuffer(bytes: body),
            contentType: type,
            seconds: seconds,
            shared: shared
        )
        finish(id, .success(result))
    }

    /// The worker has ended: those who wait hear it, the next one starts another.
    private func lose(_ connection: WorkerConnection) {
        let waiting = state.withLock { state -> [Int64] in
            guard state.connection === connection else { return [] }
            state.connection = nil
            state.loaded = []
            state.stopping = []
            return Array(state.pending.keys)
        }
        backOff()
        logger.error("The inference worker ended", metadata: ["pid": "\(connection.pid)"])
        for id in waiting {
            finish(id, .failure(HubError(.unavailable, "The inference worker ended while it worked on this")))
        }
        writer.async { connection.close() }
    }

    private func backOff() {
        state.withLock { state in
            state.failures = min(state.failures + 1, 8)
            state.notBefore = .now + .milliseconds(50 << state.failures)
        }
    }

    private func after(_ seconds: Double, _ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: body)
    }

    private static let codes = Dictionary(
        uniqueKeysWithValues: [
            HubError.Code.badRequest, .unprocessable, .unsupported, .tooLarge, .timeout, .overloaded, .unavailable,
            .notFound, .internal,
        ].map { ($0.description, $0) }
    )
}
