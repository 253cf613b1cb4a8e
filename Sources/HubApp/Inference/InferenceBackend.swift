// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import NIOCore

/// Port: what answers about pictures, apart from this process.
public protocol InferenceBackend: Sendable {
    /// - Throws: ``ModelLoading``, `CancellationError`, or `HubError`: as of the model, `.overloaded` when too many wait,
    ///   `.timeout`, `.unavailable` when the worker ended.
    func answer(_ job: InferenceJob) async throws -> InferenceResult

    /// The models in memory.
    var loaded: Set<String> { get }

    /// The models that somebody waits for and that are not in memory yet.
    var loading: Set<String> { get }

    /// The worker and its queue, for administrators.
    var activity: InferenceActivity { get }
}

extension InferenceBackend {
    public var activity: InferenceActivity {
        InferenceActivity(workerID: nil, running: 0, waiting: 0, waitingBytes: 0, failures: 0)
    }
}

/// What the inference worker is at.
public struct InferenceActivity: Sendable {
    /// The worker's process id, while there is one.
    public let workerID: Int32?
    public let running: Int
    /// Requests that wait.
    public let waiting: Int
    /// Bytes of the bodies of all requests that wait or run.
    public let waitingBytes: Int
    /// How often in a row the worker has ended without an answer.
    public let failures: Int

    public init(workerID: Int32?, running: Int, waiting: Int, waitingBytes: Int, failures: Int) {
        self.workerID = workerID
        self.running = running
        self.waiting = waiting
        self.waitingBytes = waitingBytes
        self.failures = failures
    }
}

/// One question to a network.
public struct InferenceJob: Sendable {
    /// What the network is kept by in memory: commit and task.
    public let model: String
    /// Of the repo, for messages.
    public let name: String
    public let task: String?
    /// What the repo's card says, for networks that do not say themselves.
    public let fallbackTask: String?
    /// Files on this machine that never change, by their paths in the repo.
    public let files: [String: String]
    /// The request's body: a picture, or JSON with one in it.
    public let body: ByteBuffer
    public let wantsPicture: Bool
    /// Waits however long loading takes.
    public let waitsForModel: Bool
}

/// An answer and how long its parts took.
public struct InferenceResult: Sendable {
    public let body: ByteBuffer
    public let contentType: String
    /// Seconds by stage: queue, decode, load, preprocess, network, postprocess, encode.
    public let seconds: [String: Double]
    /// How many questions the network answered in the same run, this one included.
    public let shared: Int

    public init(body: ByteBuffer, contentType: String, seconds: [String: Double], shared: Int = 1) {
        self.body = body
        self.contentType = contentType
        self.seconds = seconds
        self.shared = shared
    }

    /// Seconds of work, without those in the queue.
    public var computeSeconds: Double { seconds.reduce(0) { $1.key == "queue" ? $0 : $0 + $1.value } }
}

/// The model is not in memory yet and the client does not wait.
public struct ModelLoading: Error {
    public let name: String
    public let estimatedSeconds: Double

    public init(name: String, estimatedSeconds: Double) {
        self.name = name
        self.estimatedSeconds = estimatedSeconds
    }
}
