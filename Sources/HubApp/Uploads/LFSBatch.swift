// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// A request to the LFS batch endpoint.
public struct LFSBatchRequest: Sendable {
    public enum Operation: String, Sendable {
        case upload, download
    }

    public struct Object: Sendable {
        public let oid: String
        public let size: Int64

        public init(oid: String, size: Int64) {
            self.oid = oid
            self.size = size
        }
    }

    public let operation: Operation
    public let transfers: [String]
    public let objects: [Object]

    public init(operation: Operation, transfers: [String], objects: [Object]) {
        self.operation = operation
        self.transfers = transfers
        self.objects = objects
    }
}

extension UploadService {
    /// Says for each object where its bytes are to be put or fetched; without actions where nothing need be sent.
    public func batch(
        _ kind: RepoKind,
        _ id: RepoID,
        _ request: LFSBatchRequest,
        baseURL: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        guard request.objects.count <= hub.limits.batchObjects else {
            throw HubError(.tooLarge, "At most \(hub.limits.batchObjects) objects in one batch")
        }
        // Uploads do not say whether they are for a branch or for a pull request.
        let access: Access = request.operation == .upload ? .propose : .readFiles
        let oids = request.objects.map { BlobID(hex: $0.oid) }
        struct Known: Sendable {
            let repo: RepoRecord
            /// Sizes of the objects the viewer may use in this repo without sending them.
            let usable: [BlobID: Int64]
        }
        let quota = hub.limits.storageQuota
        let known = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, access)
            var usable: [BlobID: Int64] = [:]
            for case .some(let oid) in oids {
                // Damaged bytes are as good as none: a client that has them sends them again.
                guard let size = try tx.blobSize(oid), try !tx.isDamaged(oid) else { continue }
                let allowed =
                    request.operation == .upload
                    ? try tx.mayUse(oid, in: repo, viewer: viewer) : try tx.repoHasBlob(repo: repo.id, oid)
                if allowed { usable[oid] = size }
            }
            if request.operation == .upload {
                var sizes: [BlobID: Int64] = [:]
                for (object, oid) in zip(request.objects, oids) {
                    guard let oid, try !tx.repoHasBlob(repo: repo.id, oid) else { continue }
                    sizes[oid] = object.size
                }
                try tx.requireRoom(for: sizes.values, ownedBy: repo.ownerID, standard: quota)
            }
            return Known(repo: repo, usable: usable)
        }
        if request.operation == .upload, request.transfers.contains("xet") {
            return try await xetBatch(request, oids, known.repo, known.usable, baseURL: baseURL, viewer: viewer)
        }
        let planner = LFSPlanner(
            hub: hub,
            repo: known.repo,
            baseURL: baseURL,
            multipart: request.transfers.contains("multipart")
        )
        var objects: [JSONValue] = []
        for (object, oid) in zip(request.objects, oids) {
            objects.append(planner.plan(object, oid: oid, stored: oid.flatMap { known.usable[$0] }, request.operation))
        }
        let usesParts = request.operation == .upload && request.objects.contains { planner.needsParts($0.size) }
        return [
            "transfer": usesParts ? "multipart" : "basic", "objects": .array(objects), "hash_algo": "sha256",
        ]
    }

    /// For clients that offer to upload in chunks: where the chunk store is, and a token for it.
    private func xetBatch(
        _ request: LFSBatchRequest,
        _ oids: [BlobID?],
        _ repo: RepoRecord,
        _ usable: [BlobID: Int64],
        baseURL: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        let epoch = try await hub.store.read { try $0.xetEpoch(of: hub.domain(of: repo)) }
        let ticket = hub.xet.ticket(.write, repo, epoch: epoch, baseURL: baseURL, viewer: viewer)
        let upload: JSONValue = [
            "href": .string("\(baseURL)/api/\(repo.kind.plural)/\(repo.fullName)/xet-write-token/main"),
            "header": [
                "X-Xet-Cas-Url": .string(ticket.url), "X-Xet-Access-Token": .string(ticket.token),
                "X-Xet-Token-Expiration": .string(String(ticket.expires)),
            ],
        ]
        let objects = zip(request.objects, oids).map { object, oid -> JSONValue in
            guard oid != nil, object.size >= 0 else { return LFSPlanner.malformed(object) }
            var answer: JSONObject = ["oid": .string(object.oid), "size": .int(object.size), "authenticated": true]
            if oid.flatMap({ usable[$0] }) == nil { answer["actions"] = ["upload": upload] }
            return .object(answer)
        }
        return ["transfer": "xet", "objects": .array(objects), "hash_algo": "sha256"]
    }

    /// The answer to the verify action: the object has arrived for this repo and has that size.
    public func verify(_ kind: RepoKind, _ id: RepoID, oid: BlobID, size: Int64, viewer: Viewer) async throws {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .propose)
            guard let stored = try tx.blobSize(oid), try tx.repoHasBlob(repo: repo.id, oid) else {
                throw HubError(.notFound, "The LFS object \(oid) has not been uploaded")
            }
            guard stored == size else {
                throw HubError(.unprocessable, "The LFS object \(oid) has \(stored) bytes, not \(size)")
            }
        }
    }
}

/// Writes the actions of a batch answer.
struct LFSPlanner {
    /// A client sends the parts' addresses back and forth in one header object: not too many.
    static let maximumParts: Int64 = 10_000

    let hub: Hub
    let repo: RepoRecord
    let baseURL: String
    let multipart: Bool

    func needsParts(_ size: Int64) -> Bool { multipart && size > hub.limits.multipartThreshold }

    func plan(
        _ object: LFSBatchRequest.Object,
        oid: BlobID?,
        stored: Int64?,
        _ operation: LFSBatchRequest.Operation
    ) -> JSONValue {
        func failure(_ code: Int64, _ message: String) -> JSONValue { Self.failure(object, code, message) }
        guard let oid, object.size >= 0 else { return Self.malformed(object) }
        if let stored, stored != object.size {
            return failure(422, "The object \(oid) has \(stored) bytes, not \(object.size)")
        }
        var answer: JSONObject = ["oid": .string(oid.hex), "size": .int(object.size)]
        switch (operation, stored) {
        case (.upload, .some): break
        case (.upload, nil): answer["actions"] = uploadActions(oid, object.size)
        case (.download, .some):
            // The address is the right. Not said of uploads: git-lfs would then verify them without its credentials.
            answer["authenticated"] = true
            answer["actions"] = ["download": ["href": .string(url(.download, oid, object.size))]]
        case (.download, nil): return failure(404, "Object does not exist on the server")
        }
        return .object(answer)
    }

    private static func failure(_ object: LFSBatchRequest.Object, _ code: Int64, _ message: String) -> JSONValue {
        [
            "oid": .string(object.oid), "size": .int(object.size),
            "error": ["code": .int(code), "message": .string(message)],
        ]
    }

    static func malformed(_ object: LFSBatchRequest.Object) -> JSONValue {
        failure(object, 422, "The oid must be a SHA-256, the size not negative")
    }

    private func uploadActions(_ oid: BlobID, _ size: Int64) -> JSONValue {
        let verify = "\(baseURL)/\(repo.kind.urlPrefix)\(repo.fullName).git/info/lfs/objects/verify"
        var upload: JSONObject = ["expires_in": .int(hub.limits.uploadURLSeconds)]
        if needsParts(size) {
            let partBytes = Self.partBytes(size, hub.limits)
            var header: JSONObject = ["chunk_size": .string(String(partBytes))]
            let count = Int(clamping: (size + partBytes - 1) / partBytes)
            for part in 1...max(1, count) { header[String(part)] = .string(url(.part, oid, size, part: part)) }
            upload["href"] = .string(url(.complete, oid, size))
            upload["header"] = .object(header)
        } else {
            upload["href"] = .string(url(.upload, oid, size))
        }
        return ["upload": .object(upload), "verify": ["href": .string(verify)]]
    }

    /// Bytes of a part: the configured size, or more for an object that would have too many.
    static func partBytes(_ size: Int64, _ limits: HubLimits) -> Int64 {
        max(limits.partBytes, (size + maximumParts - 1) / maximumParts)
    }

    private func url(_ action: LFSAddress.Action, _ oid: BlobID, _ size: Int64, part: Int = 0) -> String {
        LFSAddress(
            action: action,
            repo: repo.publicID,
            oid: oid,
            size: size,
            part: part,
            expires: hub.clock.now.adding(seconds: hub.limits.uploadURLSeconds).seconds
        ).url(baseURL: baseURL, signer: hub.signer)
    }
}
