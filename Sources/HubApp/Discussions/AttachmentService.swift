// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
public import NIOCore

/// Pictures, videos and sounds for discussions: who may write in discussions sends them, who knows the address opens them.
public struct AttachmentService: Sendable {
    let hub: Hub

    /// Bytes that all attachments of an account may have.
    static let accountBytes: Int64 = 1 << 30

    /// What can be attached, with the largest size in bytes and what such files begin with, from some byte on.
    private static let kinds: [String: (limit: Int64, marks: [(offset: Int, bytes: [UInt8])])] = [
        "image/png": (10 << 20, [(0, [0x89, 0x50, 0x4E, 0x47])]), "image/jpeg": (10 << 20, [(0, [0xFF, 0xD8, 0xFF])]),
        "image/gif": (10 << 20, [(0, Array("GIF8".utf8))]), "image/webp": (10 << 20, [(8, Array("WEBP".utf8))]),
        "video/mp4": (50 << 20, [(4, Array("ftyp".utf8))]), "video/quicktime": (50 << 20, [(4, Array("ftyp".utf8))]),
        "video/webm": (50 << 20, [(0, [0x1A, 0x45, 0xDF, 0xA3])]),
        "audio/mpeg": (10 << 20, [(0, Array("ID3".utf8)), (0, [0xFF, 0xFB]), (0, [0xFF, 0xF3]), (0, [0xFF, 0xF2])]),
        "audio/wav": (10 << 20, [(8, Array("WAVE".utf8))]),
    ]

    /// Takes a file in.
    /// - Returns: the name its address ends with.
    /// - Throws: ``HubError/Code/unprocessable`` for what is not of the kind it says, ``HubError/Code/tooLarge``.
    public func store<Body: AsyncSequence & Sendable>(
        mediaType: String,
        body: Body,
        viewer: Viewer
    ) async throws -> String where Body.Element == ByteBuffer {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to attach a file") }
        guard viewer.canDiscuss else {
            throw HubError(.forbidden, "This token may not write: attachments need a token with the role write")
        }
        guard let (limit, marks) = Self.kinds[mediaType] else {
            let known = Self.kinds.keys.sorted().joined(separator: ", ")
            throw HubError(.unprocessable, "'\(mediaType.prefix(80))' cannot be attached, but \(known)")
        }
        try await requireRoom(account.id, 0)
        let lease = try await hub.blobLease()
        let ingest = try await hub.blobs.ingest(expectedID: nil, expectedSize: nil)
        var start: [UInt8] = []
        let (blob, size): (BlobID, Int64)
        do {
            for try await chunk in body {
                if start.count < 16 { start += chunk.readableBytesView.prefix(16 - start.count) }
                guard ingest.written + Int64(chunk.readableBytes) <= limit else {
                    throw HubError(.tooLarge, "An attachment of this kind has at most \(limit) bytes")
                }
                hub.ingest.add(chunk.readableBytes)
                try await ingest.write(chunk)
            }
            let isWhatItSays = marks.contains { start.dropFirst($0.offset).starts(with: $0.bytes) }
            guard isWhatItSays else { throw HubError(.unprocessable, "The file is no \(mediaType)") }
            (blob, size) = try await ingest.finish()
        } catch {
            await ingest.cancel()
            throw error
        }
        try await requireRoom(account.id, size)
        let (id, now) = (Hex.encode(RandomID.bytes(20)), hub.clock.now)
        try await hub.recording([blob: size], under: lease, durable: false) { tx in
            try tx.insertAttachment(
                publicID: id,
                account: account.id,
                blob: blob,
                mediaType: mediaType,
                size: size,
                at: now
            )
        }
        return id
    }

    private func requireRoom(_ account: Int64, _ size: Int64) async throws {
        let used = try await hub.store.read { try $0.attachedBytes(ofAccount: account) }
        guard used + size <= Self.accountBytes else {
            throw HubError(
                .quotaExceeded,
                "Your attachments have \(Self.accountBytes) bytes: there is no room for more"
            )
        }
    }

    /// An attachment, to be opened when its bytes are wanted.
    public func open(
        _ id: String
    ) async throws -> (mediaType: String, blob: BlobID, size: Int64, open: @Sendable () async throws -> any BlobReader)
    {
        guard let found = try await hub.store.read({ try $0.attachment(id) }) else {
            throw HubError(.notFound, "There is no such attachment")
        }
        let (blobs, blob) = (hub.blobs, found.blob)
        return (found.mediaType, blob, found.size, { try await blobs.open(blob) })
    }
}

extension Hub {
    public var attachments: AttachmentService { AttachmentService(hub: self) }
}
