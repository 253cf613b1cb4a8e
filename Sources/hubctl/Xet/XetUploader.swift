// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import HubTransfer
import NIOCore
import NIOHTTP1
import Synchronization

/// Uploads large files in chunks: only those that the hub lacks travel.
///
/// Files go one after the other, a ``ChunkScout`` ahead; full xorbs are sent while the next is packed. What is in memory does not
/// depend on the size of the files: ``inFlight`` xorbs and what ``KnownChunks`` keeps.
struct XetUploader: Sendable {
    /// Xorbs that are sent at a time, below 32 MiB each.
    static let inFlight = 4
    /// Files that are told to the hub in one shard.
    static let batchSize = 256

    let store: ChunkStore
    let progress: Progress
    let workers: Int
    /// Whether nothing is sent, and only counted what would be.
    var isRehearsal = false

    /// Uploads what the hub lacks of `items`.
    /// - Returns: the bytes that travelled, or would.
    func upload(_ items: [PushItem]) async throws -> Int64 {
        var seen: Set<String> = []
        let objects = items.compactMap { item -> (file: LocalFile, sha256: BlobID)? in
            guard let hex = item.id?.hex, let sha256 = BlobID(hex: hex), seen.insert(hex).inserted else { return nil }
            return (item.file, sha256)
        }
        progress.expect(files: objects.count, bytes: objects.reduce(0) { $0 + $1.file.size })
        let packer = ChunkPacker()
        var sent: Int64 = 0
        for start in stride(from: 0, to: objects.count, by: Self.batchSize) {
            let batch = Array(objects[start..<min(start + Self.batchSize, objects.count)])
            try await askAboutFirstChunks(batch.map(\.file), packer)
            sent += try await send(batch, packer)
        }
        return sent
    }

    /// Asks at once what would otherwise be asked file by file: whether the hub has something like it.
    private func askAboutFirstChunks(_ files: [LocalFile], _ packer: ChunkPacker) async throws {
        let first = try await inParallel(files, width: workers) { file in
            try await Disk.run {
                try CutPiece(
                    try OpenFile.reading(file.source),
                    at: 0,
                    size: file.size,
                    length: GearChunker.maximumLength
                ).chunks.first?.hash
            }
        }
        try await ask(first.compactMap(\.self), packer)
    }

    private func ask(_ chunks: [XetHash], _ packer: ChunkPacker) async throws {
        let unknown = chunks.filter(packer.wantsToAsk)
        guard !unknown.isEmpty else { return }
        let answers = try await inParallel(unknown, width: workers) { try await store.around($0) }
        try await Disk.run { answers.compactMap(\.self).forEach(packer.learn) }
    }

    private func send(_ batch: [(file: LocalFile, sha256: BlobID)], _ packer: ChunkPacker) async throws -> Int64 {
        let bars = TransferBars(progress)
        let pending = PendingXorbs()
        let recipes = try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = 0
            func send(_ xorb: PackedXorb) async throws {
                if waiting == Self.inFlight {
                    try await group.next()
                    waiting -= 1
                }
                waiting += 1
                group.addTask {
                    let bytes = try await self.send(xorb, bars)
                    pending.add(xorb.layout, sent: bytes)
                }
            }
            var recipes: [FileRecipe] = []
            for (file, sha256) in batch {
                packer.begin(sha256)
                let bar = bars.begin(file)
                try await pack(file, packer, bar, bars, send)
                if let recipe = packer.finishFile() { recipes.append(recipe) }
                guard pending.isLarge else { continue }
                // Names of many chunks: told now, lest they pile up.
                try await group.waitForAll()
                waiting = 0
                if !isRehearsal {
                    try await XetRegistrar(store: store, progress: progress).register([], pending.take())
                }
            }
            if let rest = try await Disk.run({ packer.finishXorb() }) { try await send(rest) }
            try await group.waitForAll()
            return recipes
        }
        bars.finish()
        if !isRehearsal {
            let names = packer.names
            let files = try await Disk.run { recipes.map { $0.file(names) } }
            try await XetRegistrar(store: store, progress: progress).register(files, pending.take())
        }
        return pending.sent
    }

    private func pack(
        _ local: LocalFile,
        _ packer: ChunkPacker,
        _ bar: Int,
        _ bars: TransferBars,
        _ send: (PackedXorb) async throws -> Void
    ) async throws {
        let file = try await Disk.run {
            let file = try OpenFile.reading(local.source)
            guard try file.size() == local.size else { throw local.changed }
            return file
        }
        var offset: Int64 = 0
        var scout = ChunkScout(file: file, size: local.size)
        while offset < local.size {
            try Task.checkCancellation()
            while scout.isNear(offset) {
                let here = scout
                let (chunks, there) = try await Disk.run { try here.advanced() }
                try await ask(chunks, packer)
                scout = there
            }
            let position = offset
            let piece = try await Disk.run { try CutPiece(file, at: position, size: local.size) }
            guard piece.count > 0 else { throw local.changed }
            var next: Int? = 0
            while let from = next {
                let step = try await Disk.run {
                    packer.pack(piece, from: from, bar: bar) { bars.credit(bar, bytes: $0) }
                }
                switch step {
                case .done: next = nil
                case .send(let xorb, let index):
                    try await send(xorb)
                    next = index
                }
            }
            offset += Int64(piece.count)
        }
    }

    /// - Returns: the bytes that travelled: none when the hub has the xorb, from an earlier run or another's.
    private func send(_ xorb: PackedXorb, _ bars: TransferBars) async throws -> Int64 {
        let length = Int64(xorb.body.readableBytes)
        guard try await isMissing(xorb) else {
            bars.settle(xorb, moved: 0)
            return 0
        }
        guard !isRehearsal else {
            bars.settle(xorb, moved: 0)
            return length
        }
        let sent = SentCount()
        let path = "/v1/xorbs/default/\(xorb.layout.hash)"
        var request = try await store.request(.POST, path).header("content-type", "application/octet-stream")
        request.isSlow = true
        request.body = .stream(length: length) {
            bars.advance(xorb, by: -sent.reset())
            let body = BufferBody(buffer: xorb.body) { count in
                sent.add(count)
                bars.advance(xorb, by: count)
            }
            return .stream(body, length: .known(length))
        }
        let answer = try await store.client.json(request)
        guard answer["was_inserted"]?.boolValue != nil else {
            throw CommandFailure("the chunk store does not acknowledge xorb \(xorb.layout.hash)", status: .fault)
        }
        bars.settle(xorb, moved: sent.reset())
        return length
    }

    /// Whether the hub has the xorb not. A store that gives no grants is sent everything.
    private func isMissing(_ xorb: PackedXorb) async throws -> Bool {
        let checksum = try await Disk.run {
            var checksum = CRC64NVME()
            xorb.body.withUnsafeReadableBytes { checksum.update($0) }
            return String(checksum.value)
        }
        let request = try await store.request(.POST, "/v1/xorb-grants/default/\(xorb.layout.hash)").json([
            "length": .int(Int64(xorb.body.readableBytes)),
            "checksum": ["algo": "crc64nvme", "value": .string(checksum)],
        ])
        do {
            let answer = try await store.client.send(request)
            for try await _ in answer.body {}
            return answer.status != .ok
        } catch let error as HTTPFailure where error.status == 404 {
            return true
        }
    }
}

/// What was sent and not told yet.
private final class PendingXorbs: Sendable {
    private let state = Mutex<(xorbs: [ShardXorb], chunks: Int, sent: Int64)>(([], 0, 0))

    var sent: Int64 { state.withLock { $0.sent } }
    var isLarge: Bool { state.withLock { $0.chunks >= KnownChunks.limit } }

    func add(_ layout: XorbLayout, sent: Int64) {
        let xorb = ShardXorb(layout)
        state.withLock {
            $0.xorbs.append(xorb)
            $0.chunks += layout.chunkCount
            $0.sent += sent
        }
    }

    func take() -> [ShardXorb] {
        state.withLock { state in
            defer { (state.xorbs, state.chunks) = ([], 0) }
            return state.xorbs
        }
    }
}
