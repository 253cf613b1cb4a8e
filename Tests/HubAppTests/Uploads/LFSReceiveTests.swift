// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct LFSReceiveTests {
    private static let bytes = Array("weights".utf8)

    private static func oid() throws -> BlobID {
        try #require(BlobID(bytes: Array(SHA256.hash(data: bytes))))
    }

    private func body() -> AsyncStream<ByteBuffer> {
        AsyncStream { stream in
            stream.yield(ByteBuffer(bytes: Self.bytes))
            stream.finish()
        }
    }

    /// An address as the batch call gives it out, with its signature.
    private func address(_ test: TestHub, _ id: RepoID) async throws -> (LFSAddress, signature: String) {
        let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
        let address = LFSAddress(
            action: .upload,
            repo: repo.publicID,
            oid: try Self.oid(),
            size: Int64(Self.bytes.count),
            expires: test.clock.now.adding(seconds: 60).seconds
        )
        let url = address.url(baseURL: TestHub.baseURL, signer: test.hub.signer)
        return (address, try #require(url.split(separator: "=").last.map(String.init)))
    }

    private func receive(_ address: LFSAddress, _ signature: String, _ test: TestHub) async throws {
        try await test.hub.uploads.receive(address, signature: signature, declaredSize: nil, body: body())
    }

    @Test func `an uploaded object can be committed and copied, by its repo's readers only`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let bob = try await test.user("bob")
            let id = try await test.repo("ada/m", visibility: .private, as: ada)
            let (address, signature) = try await address(test, id)
            try await receive(address, signature, test)
            let file = CommitOperation.addLFSFile(path: try RepoPath("w.bin"), oid: address.oid, size: nil)
            try await test.commit([file], to: id, as: ada)
            #expect(try await test.text("w.bin", in: id, as: ada) == "weights")
            let wrongSize = CommitOperation.addLFSFile(path: try RepoPath("v.bin"), oid: address.oid, size: 8)
            #expect(
                await asyncCodeThrown(by: { try await test.commit([wrongSize], to: id, as: ada) }) == .unprocessable
            )
            let copy = try await test.repo("ada/copy", as: ada)
            try await test.commit([file], to: copy, as: ada)
            try await test.hub.repos.delete(.model, copy, viewer: ada)
            // Knowing the digest is no right to the bytes.
            let theft = try await test.repo("bob/theft", as: bob)
            #expect(await asyncCodeThrown(by: { try await test.commit([file], to: theft, as: bob) }) == .unprocessable)
        }
    }

    @Test func `a forged, changed or expired address opens nothing`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let (address, signature) = try await address(test, try await test.repo("ada/m", as: ada))
            let longer = LFSAddress(
                action: .upload,
                repo: address.repo,
                oid: address.oid,
                size: address.size,
                expires: address.expires + 1
            )
            #expect(await asyncCodeThrown(by: { try await receive(longer, signature, test) }) == .forbidden)
            #expect(await asyncCodeThrown(by: { try await receive(address, "", test) }) == .forbidden)
            let forged = String(repeating: "0", count: 64)
            #expect(await asyncCodeThrown(by: { try await receive(address, forged, test) }) == .forbidden)
            test.clock.advance(seconds: 60)
            #expect(await asyncCodeThrown(by: { try await receive(address, signature, test) }) == .forbidden)
            test.clock.advance(seconds: -1)
            try await receive(address, signature, test)
        }
    }
}
