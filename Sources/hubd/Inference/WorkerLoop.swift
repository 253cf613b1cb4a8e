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
        var model: String { header["model"]?.stringValue ?? "" }
    }

    /// Two, so that a quick network does not stand behind a slow one.
    private static let runners = 2
    /// Of pictures that are answered together, in bytes.
    private static let maximumSamples = 64 << 20

    private let descriptor: Int32
    private let models: WorkerModels
    /// The most questions of one run.
    private let batch: Int
    private let condition = NSCondition()
    private var waiting: [Job] = []
    private var cancellations: [Int64: RunCancellation] = [:]
    /// Of those who share a run, the ids of all who still wait for it.
    private var sharing: [Set<Int64>] = []
    private let output = NSLock()

    init(descriptor: Int32, models: WorkerModels, batch: Int) {
        self.descriptor = descriptor
        self.batch = batch
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
                cancel(id)
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

    /// Stops a run, or what of it is this one's: when it goes on for others, the hub must not take it for stuck.
    private func cancel(_ id: Int64) {
        let (cancellation, goesOn) = condition.withLock {
            guard let run = sharing.firstIndex(where: { $0.contains(id) }) else { return (cancellations[id], false) }
            sharing[run].remove(id)
            return (cancellations[id], !sharing[run].isEmpty)
        }
        cancellation?.cancel()
        if goesOn { fail(id, HubError(.timeout, "The request was cancelled")) }
    }

    private func next() -> Job {
        condition.withLock {
            while waiting.isEmpty { condition.wait() }
            return waiting.removeFirst()
        }
    }

    /// The next one that waits for the same network, if there is one.
    private func next(like job: Job) -> Job? {
        condition.withLock {
            guard let place = waiting.firstIndex(where: { $0.model == job.model }) else { return nil }
            return waiting.remove(at: place)
        }
    }

    /// A job whose picture is there.
    private struct Asked {
        let job: Job
        let question: VisionQuestion
        var times: Times
    }

    /// `nil` when it is answered already: its question makes no sense, or nobody waits any more.
    private func read(_ job: Job) -> Asked? {
        var times = Times(since: job.arrived)
        times.end("queue")
        do {
            if job.cancellation.isCancelled { throw HubError(.timeout, "The request was cancelled") }
            let input = try WorkerInput(job.body)
            times.end("decode")
            let question = VisionQuestion(
                input.image,
                input.parameters,
                query: input.query,
                cancellation: job.cancellation
            )
            return Asked(job: job, question: question, times: times)
        } catch {
            fail(job.id, error)
            return nil
        }
    }

    private func answer(_ first: Job) {
        guard let asked = read(first) else { return }
        var all = [asked]
        do {
            let pipeline = try pipeline(first)
            all[0].times.end("load")
            gather(&all, min(pipeline.batchSize, batch))
            for asked in all { send(asked.job.id, ["running": true]) }
            // Others' pictures were read meanwhile.
            for index in all.indices { all[index].times.end("queue") }
            let ids = Set(all.map(\.job.id))
            condition.withLock { sharing.append(ids) }
            defer { condition.withLock { sharing.removeAll { ids.isSuperset(of: $0) } } }
            pipeline.answer(
                all.map(\.question),
                ended: { all[$0].times.end($1) },
                answered: { finish(&all[$0], $1, shared: $2) }
            )
        } catch {
            for asked in all { fail(asked.job.id, error) }
        }
    }

    private func pipeline(_ job: Job) throws -> VisionPipeline {
        var files: [String: String] = [:]
        for (name, path) in job.header["files"]?.objectValue ?? [:] { files[name] = path.stringValue }
        return try models.pipeline(
            job.model,
            files: files,
            task: job.header["task"]?.stringValue,
            fallback: job.header["fallback"]?.stringValue
        )
    }

    /// Others that wait for the same network come along, as far as the memory for their pictures goes.
    private func gather(_ all: inout [Asked], _ count: Int) {
        guard count > 1, let first = all.first else { return }
        var samples = first.question.image.sampleCount
        while all.count < count, samples < Self.maximumSamples, let job = next(like: first.job) {
            guard let asked = read(job) else { continue }
            samples += asked.question.image.sampleCount
            all.append(asked)
        }
    }

    private func finish(_ asked: inout Asked, _ result: Result<VisionAnswer, any Error>, shared count: Int) {
        do {
            let answer = try result.get()
            asked.times.end("postprocess")
            let (type, bytes): (String, [UInt8])
            if asked.job.header["picture"]?.boolValue == true,
                let picture = Annotation.draw(answer, on: asked.question.image)
            {
                (type, bytes) = ("image/png", try picture.pngEncoded())
            } else {
                (type, bytes) = ("application/json", Array(try answer.json().serialized.utf8))
            }
            asked.times.end("encode")
            send(
                asked.job.id,
                ["type": .string(type), "seconds": asked.times.json, "shared": .int(Int64(count))],
                bytes
            )
            forget(asked.job.id)
        } catch {
            fail(asked.job.id, error)
        }
    }

    private func fail(_ id: Int64, _ error: any Error) {
        let error = error as? HubError ?? HubError(.internal, "The inference worker failed: \(error)")
        send(id, ["error": .string(error.code.description), "message": .string(error.message)])
        forget(id)
    }

    private func forget(_ id: Int64) {
        condition.withLock {
            cancellations[id] = nil
            for run in sharing.indices { sharing[run].remove(id) }
        }
    }

    private func send(_ id: Int64, _ members: JSONObject, _ body: [UInt8] = []) {
        var header = members
        header["id"] = .int(id)
        header["loaded"] = .array(models.loaded.map(JSONValue.string))
        output.withLock {
            // When the hub is gone the reading side ends this process.
            try? WorkerFrame.write(.object(header), body, to: descriptor)
        }
    }

    /// A stopwatch with laps; laps of one name add up.
    private struct Times {
        private var last: ContinuousClock.Instant
        private(set) var json = JSONValue.object(JSONObject())

        init(since start: ContinuousClock.Instant) { last = start }

        mutating func end(_ stage: String) {
            let now = ContinuousClock.now
            var members = json.objectValue ?? JSONObject()
            members[stage] = .double((members[stage]?.doubleValue ?? 0) + (now - last) / .seconds(1))
            json = .object(members)
            last = now
        }
    }
}
