// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Uploads large files; parts that an earlier run has brought are left alone.
struct LFSUploader: Sendable {
    let client: HubClient
    let target: RepoTarget
    let revision: String
    let progress: Progress
    /// Connections that send at a time.
    let permits: Permits
    let workers: Int

    /// All that the server lacks of `items`.
    func upload(_ items: [PushItem]) async throws {
        var byOID: [String: LocalFile] = [:]
        for case let item in items { if let id = item.id { byOID[id.hex] = item.file } }
        let objects = byOID.map { (oid: $0.key, file: $0.value) }.sorted { $0.file.size > $1.file.size }
        progress.expect(files: objects.count, bytes: objects.reduce(0) { $0 + $1.file.size })
        for start in stride(from: 0, to: objects.count, by: PushPlanner.batchSize) {
            let batch = Array(objects[start..<min(start + PushPlanner.batchSize, objects.count)])
            let tasks = try await client.lfsBatch(target, batch.map { ($0.oid, $0.file.size) }, revision: revision)
            _ = try await inParallel(batch, width: workers) { object in
                guard let task = tasks[object.oid] else {
                    throw CommandFailure("the server does not say how to upload \(object.file.path)", status: .fault)
                }
                try await upload(object.file, oid: object.oid, task)
            }
        }
    }

    private func upload(_ local: LocalFile, oid: String, _ task: LFSTask) async throws {
        let bar = progress.begin(local.path, bytes: local.size)
        defer { progress.finish(bar) }
        switch task.transfer {
        case .none:
            progress.credit(bar, bytes: local.size)
            return
        case .basic(let url, let headers):
            let file = try await Disk.run { try OpenFile.reading(local.source) }
            var request = HubRequest(.PUT, url)
            for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
            _ = try await put(request, file, offset: 0, length: local.size, bar: bar)
        case .multipart(let multipart):
            try await uploadParts(local, oid: oid, multipart, bar: bar)
        }
        if let url = task.verifyURL { try await verify(url, task.verifyHeaders, oid: oid, size: local.size) }
    }

    private func uploadParts(_ local: LocalFile, oid: String, _ multipart: LFSMultipart, bar: Int) async throws {
        let file = try await Disk.run { try OpenFile.reading(local.source) }
        // Not every server tells which parts it has; the first that does not is not asked again.
        let asks = Atomic(true)
        let tags = try await inParallel(multipart.parts, width: workers) { part in
            if asks.load(ordering: .relaxed) {
                switch await stored(part) {
                case .stored(let tag):
                    progress.credit(bar, bytes: part.length)
                    return tag
                case .missing: break
                case .unknown: asks.store(false, ordering: .relaxed)
                }
            }
            let answer = try await put(
                HubRequest(.PUT, part.url),
                file,
                offset: part.offset,
                length: part.length,
                bar: bar
            )
            guard let tag = answer.first(name: "etag"), !tag.isEmpty else {
                throw CommandFailure("the server gives no receipt (ETag) for part \(part.number)", status: .fault)
            }
            return tag
        }
        let receipts = zip(multipart.parts, tags).map { part, tag -> JSONValue in
            ["partNumber": .int(Int64(part.number)), "etag": .string(tag)]
        }
        var request = HubRequest(.POST, multipart.completionURL)
            .json(["oid": .string(oid), "parts": .array(receipts)], type: HubClient.lfsType)
            .header("accept", HubClient.lfsType)
        request.isAuthenticated = false
        request.isSlow = true
        try await client.perform(request)
    }

    private enum Stored {
        case stored(etag: String)
        case missing
        case unknown
    }

    private func stored(_ part: LFSMultipart.Part) async -> Stored {
        var request = HubRequest(.HEAD, part.url)
        request.isAuthenticated = false
        do {
            let answer = try await client.sendOnce(request)
            guard answer.status == .ok, let tag = answer.headers.first(name: "etag"), !tag.isEmpty else {
                return .unknown
            }
            // A length of 0 says nothing: the answer has no body, whatever the part has.
            let length = answer.headers.first(name: "content-length").flatMap { Int64($0) } ?? 0
            guard length == 0 || length == part.length else { return .missing }
            return .stored(etag: tag)
        } catch let error as HTTPFailure {
            return error.status == 404 ? .missing : .unknown
        } catch {
            return .missing
        }
    }

    /// Sends a stretch of a file; tries again from its start.
    private func put(_ request: HubRequest, _ file: OpenFile, offset: Int64, length: Int64, bar: Int) async throws
        -> HTTPHeaders
    {
        try await permits.with {
            var attempt = 1
            while true {
                let sent = SentCount()
                var request = request
                request.isAuthenticated = false
                request.isSlow = true
                request.body = .stream(length: length) {
                    .stream(
                        FileBody(file: file, offset: offset, length: length) { count in
                            sent.add(count)
                            progress.advance(bar, by: count)
                        },
                        length: .known(length)
                    )
                }
                do {
                    let answer = try await client.sendOnce(request)
                    for try await _ in answer.body {}
                    return answer.headers
                } catch {
                    progress.advance(bar, by: -sent.reset())
                    try Task.checkCancellation()
                    guard let pause = client.policy.pause(after: attempt, error, retry: .always) else { throw error }
                    let why = FailureReport.failure(for: error).message
                    progress.say("\(why); trying again in \(Units.duration(pause))")
                    try await Task.sleep(for: .seconds(pause))
                    attempt += 1
                }
            }
        }
    }

    private func verify(_ url: String, _ headers: [(String, String)], oid: String, size: Int64) async throws {
        var request = HubRequest(.POST, url).json(["oid": .string(oid), "size": .int(size)])
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.isSlow = true
        try await client.perform(request)
    }
}
