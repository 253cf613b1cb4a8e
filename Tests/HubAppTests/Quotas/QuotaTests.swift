// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct QuotaTests {
    /// Runs `body`, which must be refused for the quota.
    private func expectRefused(_ body: () async throws -> Void) async {
        let error = await #expect(throws: HubError.self) { try await body() }
        #expect(error?.code == .quotaExceeded)
    }

    private func preupload(_ size: Int64, _ id: RepoID, _ test: TestHub, as viewer: Viewer) async throws {
        _ = try await test.hub.uploads.preupload(
            .model,
            id,
            .main,
            files: [PreuploadFile(path: "new.bin", size: size, sample: [0])],
            gitAttributes: nil,
            gitIgnore: nil,
            viewer: viewer
        )
    }

    @Test func `what does not fit is refused before it is sent, and at the commit`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let used = try await test.hub.quotas.usage(of: AccountName("ada")).used
            #expect(used > 0, "the first commit's .gitattributes")
            try await test.hub.quotas.set(.bytes(used + 10), of: AccountName("ada"))
            try await preupload(10, id, test, as: ada)
            await expectRefused { try await preupload(11, id, test, as: ada) }
            await expectRefused { try await preupload(.max, id, test, as: ada) }
            try await test.commit([test.add("a.txt", "0123456789")], to: id, as: ada)
            await expectRefused { try await test.commit([test.add("b.txt", "x")], to: id, as: ada) }
            #expect(try await test.files(id, as: ada) == [".gitattributes", "a.txt"])
            // No further bytes: the same content again, and a deletion.
            try await test.commit([test.add("c.txt", "0123456789")], to: id, as: ada)
            try await test.commit([.deleteFile(path: RepoPath("a.txt"))], to: id, as: ada)
            try await test.hub.quotas.set(.unlimited, of: AccountName("ada"))
            try await test.commit([test.add("b.txt", "x")], to: id, as: ada)
        }
    }

    @Test func `an LFS batch says what is used, allowed and needed`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.hub.quotas.set(.bytes(5000), of: AccountName("ada"))
            let object = LFSBatchRequest.Object(oid: String(repeating: "a", count: 64), size: 9000)
            func batch(_ operation: LFSBatchRequest.Operation) async throws {
                let request = LFSBatchRequest(operation: operation, transfers: ["basic"], objects: [object])
                _ = try await test.hub.uploads.batch(.model, id, request, baseURL: TestHub.baseURL, viewer: ada)
            }
            let error = await #expect(throws: HubError.self) { try await batch(.upload) }
            #expect(error?.code == .quotaExceeded)
            #expect(error?.message.contains("ada is 5000 bytes") == true)
            #expect(error?.message.contains("needs 9000 more") == true)
            try await batch(.download)
        }
    }

    @Test func `the configured quota holds for whoever has none`() async throws {
        var limits = HubLimits()
        limits.storageQuota = 4000
        try await withTestHub(limits: limits) { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            await expectRefused { try await preupload(4000, id, test, as: ada) }
            try await test.hub.quotas.set(.bytes(100_000), of: AccountName("ada"))
            try await preupload(4000, id, test, as: ada)
            try await test.hub.quotas.set(.standard, of: AccountName("ada"))
            await expectRefused { try await preupload(4000, id, test, as: ada) }
        }
    }

    @Test func `copies and moves count for who receives them`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a.txt", String(repeating: "x", count: 100))], to: id, as: ada)
            try await test.hub.quotas.set(.bytes(50), of: AccountName("bob"))
            await expectRefused {
                _ = try await test.hub.repos.duplicate(
                    .model,
                    id,
                    to: RepoID("bob/m"),
                    visibility: nil,
                    baseURL: TestHub.baseURL,
                    viewer: bob
                )
            }
            #expect(try await test.hub.store.read { try $0.repo(.model, RepoID("bob/m")) } == nil)
            _ = try await test.hub.accounts.createOrganisation(
                AccountName("acme"),
                fullName: nil,
                members: [(user: AccountName("ada"), role: .admin)],
                defaultVisibility: .public
            )
            try await test.hub.quotas.set(.bytes(50), of: AccountName("acme"))
            let member = try await test.viewer("ada", role: .write)
            await expectRefused { try await test.hub.repos.move(.model, id, to: RepoID("acme/m"), viewer: member) }
            #expect(try await test.files(id, as: ada).contains("a.txt"))
            try await test.hub.quotas.set(.unlimited, of: AccountName("acme"))
            try await test.hub.repos.move(.model, id, to: RepoID("acme/m"), viewer: member)
            #expect(try await test.hub.quotas.usage(of: AccountName("ada")).used == 0)
            #expect(try await test.hub.quotas.usage(of: AccountName("acme")).used > 100)
        }
    }
}
