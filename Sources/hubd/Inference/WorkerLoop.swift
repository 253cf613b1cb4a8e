// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubVision

/// Reads questions, answers them on threads of its own, ends with the hub.
final class WorkerLoop: @unchecked Sendable {
    // Unchecked: jobs are under `condition`, writing under `output`.
    private struct Job {
        let id: Int64
        let header: JSONValue
        let body: [UInt8]
        let cancellation = RunCancellation()
        let arrived = ContinuousClock.now
    }

    /// Two, so that a quick network does not stand behind a slow one.
    private static let runners = 2

    private let descriptor: Int32
    private let models: WorkerModels
    private let condition = NSCondition()
    private var waiting: [Job] = []
    private var cancellations: [Int64: RunCancellation] = [:]
    private let output = NSLock()

    init(descriptor: Int32, models: WorkerModels) {
        self.descriptor = descriptor
        self.models = models
    }

    func run() {
        for _ in 0..<Self.runners {
            let thread = Thread { [self] in
                while true { answer(next()) }
            }
            // Graphs are built by functions that call each other deeply.
            thread.stackSize = 16 << 20
            thread.start()
        }
        while let (header, body) = WorkerFrame.read(from: descriptor) {
            guard let id = header["id"]?.intValue else { continue }
            if header["cancel"] != nil {
                condition.withLock { cancellations[id] }?.cancel()
                continue
            }
            let job = Job(id: id, header: header, body: body)
            condition.withLock {
                waiting.append(job)
                cancellations[id] = job.cancellation
                condition.signal()
            }
        }
        // The hub is gone, and nobody waits for what is being computed.
        exit(0)
    }

    private func next() -> Job {
        condition.withLock {
            while waiting.isEmpty { condition.wait() }
            return waiting.removeFirst()
        }
    }

    private func answer(_ job: Job) {
        var times = Times(since: job.arrived)
        do {
            times.end("queue")
            try check(job)
            let input = try WorkerInput(job.body)
            times.end("decode")
            var files: [String: String] = [:]
            for (name, path) in job.header["files"]?.objectValue ?? [:] { files[name] = path.stringValue }
            let pipeline = try models.pipeline(
                job.header["model"]?.stringValue ?? "",
                files: files,
                task: job.header["task"]?.stringValue,
                fallback: job.header["fallback"]?.stringValue
            )
            times.end("load")
            send(job, ["running": true])
            try check(job)
            let answer = try pipeline.answer(
                input.image,
                input.parameters,
                query: input.query,
                cancellation: job.cancellation
            ) { times.end($0) }
            times.end("postprocess")
            let isPicture = job.header["picture"]?.boolValue == true
            if isPicture, let picture = Annotation.draw(answer, on: input.image) {
                let bytes = try picture.pngEncoded()
                times.end("encode")
                send(job, ["type": "image/png", "seconds": times.json], bytes)
            } else {
                let bytes = Array(try answer.json().serialized.utf8)
                times.end("encode")
                send(job, ["type": "application/json", "seconds": times.json], bytes)
            }
        } catch {
            let error = error as? HubError ?? HubError(.internal, "The inference worker failed: \(error)")
            send(job, ["error": .string(error.code.description), "message": .string(error.message)])
        }
        _ = condition.withLock { cancellations.removeValue(forKey: job.id) }
    }

    private func check(_ job: Job) throws {
        if job.cancellation.isCancelled { throw HubError(.timeout, "The request was cancelled") }
    }

    private func send(_ job: Job, _ members: JSONObject, _ body: [UInt8] = []) {
        var header = members
        header["id"] = .int(job.id)
        header["loaded"] = .array(models.loaded.map(JSONValue.string))
        output.withLock {
            // When the hub is gone the reading side ends this process.
            try? WorkerFrame.write(.object(header), body, to: descriptor)
        }
    }

    /// A stopwatch with laps.
    private struct Times {
        private var last: ContinuousClock.Instant
        private(set) var json = JSONValue.object(JSONObject())

        init(since start: ContinuousClock.Instant) { last = start }

        mutating func end(_ stage: String) {
            let now = ContinuousClock.now
            var members = json.objectValue ?? JSONObject()
            members[stage] = .double((now - last) / .seconds(1))
            json = .object(members)
            last = now
        }
    }
}
