// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird
import Logging
import NIOCore

/// The answer to a shard: how far the check of its files is, line by line, then what came of it.
struct ShardFrames: Sendable {
    let hub: Hub
    let shard: ByteBuffer
    let access: CASAccess
    let logger: Logger

    /// Clients give up when nothing comes for five minutes.
    private static let silence = Duration.seconds(15)

    private enum Event: Sendable {
        case progress(verified: Int64, total: Int64)
        case tick
        case end(JSONValue)
    }

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(4))
        let work = Task {
            let last: JSONValue
            do {
                _ = try await hub.xet.receiveShard(shard, access: access) { verified, total in
                    continuation.yield(.progress(verified: verified, total: total))
                }
                last = ["type": "result"]
            } catch {
                last = failure(error)
            }
            continuation.yield(.end(last))
            continuation.finish()
        }
        let ticks = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.silence)
                continuation.yield(.tick)
            }
        }
        defer {
            // When the client has left, there is nobody to check the files for.
            work.cancel()
            ticks.cancel()
        }
        var progress: JSONValue = ["type": "validating", "verified": 0, "total": 0]
        var written = ContinuousClock.now - .seconds(1)
        for await event in events {
            switch event {
            case .progress(let verified, let total):
                progress = ["type": "validating", "verified": .int(verified), "total": .int(total)]
                guard ContinuousClock.now - written >= .milliseconds(500) else { continue }
                try await writer.write(Self.line(progress))
            case .tick: try await writer.write(Self.line(progress))
            case .end(let last): try await writer.write(Self.line(last))
            }
            written = .now
        }
        try await writer.finish(nil)
    }

    private func failure(_ error: any Error) -> JSONValue {
        var message = "Internal Server Error"
        var isRetryable = false
        if let error = error as? HubError {
            if error.code != .internal { message = error.message }
            isRetryable = [.unavailable, .overloaded].contains(error.code)
        }
        if !(error is CancellationError) {
            logger.info("A shard was refused", metadata: ["error": "\(error)"])
        }
        return ["type": "error", "message": .string(message), "retryable": .bool(isRetryable)]
    }

    private static func line(_ frame: JSONValue) -> ByteBuffer { ByteBuffer(string: frame.serialized + "\n") }
}
