// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import HubTransfer
import NIOCore
import NIOHTTP1

/// Tells the hub what the files of a push consist of; after that they can be committed.
struct XetRegistrar: Sendable {
    /// Bytes of one line of the answer.
    private static let lineLimit = 1 << 20

    let store: ChunkStore
    let progress: Progress

    /// Throws ``CommandFailure`` with the hub's words when it does not take them.
    func register(_ files: [ShardFile], _ xorbs: [ShardXorb]) async throws {
        guard !files.isEmpty || !xorbs.isEmpty else { return }
        let shard = ShardWriter.upload(XetShard(files: files, xorbs: xorbs))
        var attempt = 1
        while true {
            do {
                return try await send(shard)
            } catch let error as Refusal where error.isRetryable && attempt < store.client.policy.attempts {
                let pause = store.client.policy.firstPause * Double(1 << attempt)
                progress.say("\(error.message); trying again in \(Units.duration(pause))")
                try await Task.sleep(for: .seconds(pause))
                attempt += 1
            } catch let error as Refusal {
                throw CommandFailure("the hub does not take the files: \(error.message)", status: .fault)
            }
        }
    }

    private struct Refusal: Error {
        let message: String
        let isRetryable: Bool
    }

    private func send(_ shard: ByteBuffer) async throws {
        do {
            try await readFrames(try await store.client.send(try await request("/v2/shards", shard)))
        } catch let error as HTTPFailure where error.status == 404 || error.status == 501 {
            try await store.client.perform(try await request("/v1/shards", shard))
        }
    }

    private func request(_ path: String, _ shard: ByteBuffer) async throws -> HubRequest {
        var request = try await store.request(.POST, path).header("content-type", "application/octet-stream")
        request.body = .bytes(shard)
        request.isSlow = true
        return request
    }

    /// One JSON object on each line; the last says how it ended.
    private func readFrames(_ answer: HubAnswer) async throws {
        var line = ByteBuffer()
        do {
            for try await var piece in answer.body {
                while let end = piece.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                    var head = piece.readSlice(length: end - piece.readerIndex) ?? ByteBuffer()
                    line.writeBuffer(&head)
                    piece.moveReaderIndex(forwardBy: 1)
                    if try ends(line) { return }
                    line.clear()
                }
                guard line.readableBytes + piece.readableBytes <= Self.lineLimit else { break }
                line.writeBuffer(&piece)
            }
            if line.readableBytes > 0, try ends(line) { return }
        } catch let error as Refusal {
            throw error
        } catch {
            throw HubClient.networkFailure(error, origin: store.client.origin)
        }
        throw Refusal(message: "its answer to the list of chunks broke off", isRetryable: true)
    }

    private func ends(_ line: ByteBuffer) throws -> Bool {
        // What cannot be read is of no kind that is known, and passed over as such.
        guard line.readableBytes > 0, let frame = try? JSONValue(parsing: line) else { return false }
        switch frame["type"]?.stringValue {
        case "result": return true
        case "error":
            throw Refusal(
                message: frame["message"]?.stringValue ?? "no reason given",
                isRetryable: frame["retryable"]?.boolValue ?? false
            )
        default: return false
        }
    }
}
