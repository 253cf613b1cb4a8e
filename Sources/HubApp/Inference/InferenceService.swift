// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import Dispatch
public import HubCore
import HubStore
import HubTransfer
import HubVision
public import NIOCore

/// Questions to the networks of model repos.
public struct InferenceService: Sendable {
    let hub: Hub
    let backend: (any InferenceBackend)?
    private let cache = InferenceCache()

    /// The largest question, in bytes.
    public static let maximumBodyBytes = 32 << 20
    /// What networks, processors and tokenizers are read from.
    private static let fileTypes: Set<String> = ["json", "safetensors", "txt", "model", "onnx"]

    /// The data of an ONNX file lies beside it under any name.
    private static func isNeeded(_ path: String) -> Bool {
        path.hasPrefix("onnx/") || path.hasPrefix("model.onnx")
            || path.split(separator: ".").last.map { fileTypes.contains(String($0)) } ?? false
    }

    /// - Parameter backend: `nil` when inference is switched off.
    public init(hub: Hub, backend: (any InferenceBackend)?) {
        self.hub = hub
        self.backend = backend
        if let backend { hub.warm.connect { backend.loaded } }
    }

    /// A model at a commit, whose files the viewer may read.
    public struct Model: Sendable {
        public let id: RepoID
        public let commit: GitOID
        /// Whether everybody may know of it.
        public let isPublic: Bool
        let task: String?
        let fallbackTask: String?
        let blobs: [String: BlobID]
        /// Why it cannot be asked, if that is known without loading it.
        public let problem: HubError?

        var key: String { "\(commit.hex) \(task ?? "")" }
    }

    /// A question's answer.
    public struct Answer: Sendable {
        public let result: InferenceResult
        /// Equal for equal commits, tasks, inputs and parameters; without quotes.
        public let etag: String
        /// Whether it was there already, so that nothing was computed.
        public let isKept: Bool
    }

    /// - Throws: repo or revision not found, ``HubError/Code/gated``.
    public func model(_ id: RepoID, _ revision: Revision, task: String?, viewer: Viewer) async throws -> Model {
        let (commit, blobs, repo, config) = try await hub.store.read {
            tx -> (GitOID, [String: BlobID], RepoRecord, JSONValue?) in
            let repo = try tx.repo(.model, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            let located = try TreeReader(tx).files(root: commit.tree).filter { Self.isNeeded($0.path) }
            let objects = try tx.fileObjects(located.map(\.entry.oid))
            var blobs: [String: BlobID] = [:]
            for file in located {
                guard let object = objects[file.entry.oid] else { continue }
                if try tx.isDamaged(object.sha256) { throw HubError.damaged(file.path) }
                blobs[file.path] = object.sha256
            }
            let config = try tx.card(repo: repo.id)?.config.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
            return (commit.oid, blobs, repo, config)
        }
        let hasSafetensors = blobs.keys.contains { $0.hasSuffix(".safetensors") }
        let hasONNX = blobs.keys.contains { $0.hasSuffix(".onnx") }
        // The card's configuration is the head's; an older commit may say otherwise, which loading it finds out.
        let isHead = revision == .main
        var problem: HubError?
        if !hasSafetensors, !hasONNX {
            problem = HubError(.unprocessable, "The model has no weights as safetensors or ONNX")
        } else if hasSafetensors, blobs["config.json"] == nil {
            problem = HubError(.unprocessable, "The model has no config.json, so its architecture is not known")
        } else if isHead, hasSafetensors, config != nil,
            let reason = ModelSupport.problem(configuration: config, task: task, isONNX: false)
        {
            problem = reason
        } else if backend == nil {
            problem = HubError(.unsupported, "Inference is switched off on this hub")
        } else if hub.wholeBlobs.path(of: BlobID.empty) == nil {
            problem = HubError(.unsupported, "Inference needs blobs on this machine's disk")
        }
        return Model(
            id: id,
            commit: commit,
            isPublic: repo.visibility == .public,
            task: task,
            fallbackTask: repo.pipelineTag,
            blobs: blobs,
            problem: problem
        )
    }

    /// Whether a model is loaded, is being loaded, could be, or why not.
    public func status(_ model: Model) -> JSONValue {
        let isLoaded = backend?.loaded.contains(model.key) ?? false
        let isLoading = backend?.loading.contains(model.key) ?? false
        let state = isLoaded ? "Loaded" : isLoading ? "Loading" : "Loadable"
        var json: JSONObject = [
            "loaded": .bool(isLoaded),
            "state": .string(model.problem != nil ? "Unsupported" : state),
            "compute_type": "cpu", "framework": "vitrine", "sha": .string(model.commit.hex),
        ]
        if let problem = model.problem { json["error"] = .string(problem.message) }
        return .object(json)
    }

    /// - Parameters:
    ///   - body: a picture, or JSON with one in it.
    ///   - usesCache: whether an answer that is kept will do.
    /// - Throws: as of ``InferenceBackend``.
    public func answer(
        _ model: Model,
        _ body: ByteBuffer,
        wantsPicture: Bool,
        waitsForModel: Bool,
        usesCache: Bool
    ) async throws -> Answer {
        if let problem = model.problem { throw problem }
        guard let backend else { throw HubError(.unsupported, "Inference is switched off on this hub") }
        // Before the cache: copies of a repo share networks and answers.
        hub.warm.note(model.key, model.id)
        let etag = await Self.digest("\(model.key) \(wantsPicture)", body)
        if usesCache, let kept = cache.find(etag) { return Answer(result: kept, etag: etag, isKept: true) }
        // Networks are mapped into memory: what lies in chunks is put together first, once.
        var files: [String: String] = [:]
        for (path, blob) in model.blobs { files[path] = try await hub.wholeFile(blob) }
        let job = InferenceJob(
            model: model.key,
            name: model.id.description,
            task: model.task,
            fallbackTask: model.fallbackTask,
            files: files,
            body: body,
            wantsPicture: wantsPicture,
            waitsForModel: waitsForModel
        )
        let result = try await backend.answer(job)
        cache.keep(result, as: etag)
        return Answer(result: result, etag: etag, isKept: false)
    }

    /// On a thread of its own: megabytes take a while.
    private static func digest(_ text: String, _ body: ByteBuffer) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var hasher = SHA256()
                Array(text.utf8).withUnsafeBytes { hasher.update(bufferPointer: $0) }
                body.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
                continuation.resume(returning: Hex.encode(Array(hasher.finalize())))
            }
        }
    }
}
