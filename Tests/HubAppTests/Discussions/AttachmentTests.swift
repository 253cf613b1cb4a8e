// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct AttachmentTests {
    private func body(_ bytes: [UInt8]) -> AsyncStream<ByteBuffer> {
        AsyncStream { continuation in
            for start in stride(from: 0, to: bytes.count, by: 5) {
                continuation.yield(ByteBuffer(bytes: bytes[start..<min(start + 5, bytes.count)]))
            }
            continuation.finish()
        }
    }

    private let picture = Array("GIF89a".utf8) + [UInt8](repeating: 7, count: 100)

    @Test func `garbage collection keeps attachments`() async throws {
        try await withTestHub { test in
            let alice = try await test.user("alice")
            let id = try await test.hub.attachments.store(
                mediaType: "image/gif",
                body: body(picture),
                viewer: alice
            )
            test.clock.advance(seconds: 90 * 86_400)
            _ = try await test.hub.collector.collect(graceSeconds: 60, dryRun: false)
            let found = try await test.hub.attachments.open(id)
            #expect(found.mediaType == "image/gif" && found.size == Int64(picture.count))
            let bytes = try await found.open().read(at: 0, upTo: picture.count)
            #expect(Array(bytes.readableBytesView) == picture)
        }
    }

    @Test func `what is not what it says, or not by anybody, leaves nothing behind`() async throws {
        try await withTestHub { test in
            let alice = try await test.user("alice")
            let reader = try await test.viewer("alice", role: .read)
            for (type, bytes, viewer, code) in [
                ("image/png", picture, alice, HubError.Code.unprocessable),
                ("text/html", picture, alice, .unprocessable), ("image/gif", picture, reader, .forbidden),
                ("image/gif", picture, Viewer.anonymous, .unauthenticated),
                ("image/gif", picture + [UInt8](repeating: 0, count: 10 << 20), alice, .tooLarge),
            ] {
                let chunks = AsyncStream<ByteBuffer> { continuation in
                    continuation.yield(ByteBuffer(bytes: bytes))
                    continuation.finish()
                }
                let thrown = await asyncCodeThrown {
                    try await test.hub.attachments.store(mediaType: type, body: chunks, viewer: viewer)
                }
                #expect(thrown == code)
            }
            let blobs = Counter()
            try await test.hub.blobs.forEach { _, _, _ in blobs.add() }
            #expect(blobs.value == 0)
        }
    }
}
