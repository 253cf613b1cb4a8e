// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import Testing

@Suite struct ScanTests {
    private static let evil = "cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n."

    private func statuses(_ test: TestHub, _ id: RepoID, as viewer: Viewer) async throws -> [String: String] {
        var found: [String: String] = [:]
        for entry in try await test.entries(id, expand: true, as: viewer) {
            guard let path = entry["path"]?.stringValue else { continue }
            found[path] = entry["securityFileStatus"]?["status"]?.stringValue
        }
        return found
    }

    @Test func `files wait in the queue until they are read`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit(
                [try await test.add("bad.pkl", Self.evil), try await test.add("a.txt", "hello")],
                to: id,
                as: ada
            )
            #expect(
                try await statuses(test, id, as: ada) == [
                    ".gitattributes": "queued", "a.txt": "queued", "bad.pkl": "queued",
                ]
            )
            #expect(try await test.hub.scans.runQueued() == 3)
            #expect(
                try await statuses(test, id, as: ada) == [
                    ".gitattributes": "safe", "a.txt": "safe", "bad.pkl": "unsafe",
                ]
            )
            #expect(try await test.hub.scans.runQueued() == 0)
            let report = try await test.hub.scans.report(.model, id, revision: nil, viewer: .anonymous)
            #expect(report["dangerousPickles"] == ["bad.pkl"])
            #expect(report["scansDone"] == true)
        }
    }

    @Test func `bytes first seen under a harmless name are read again as a pickle`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([try await test.add("a.txt", Self.evil)], to: id, as: ada)
            try await test.hub.scans.runQueued()
            #expect(try await statuses(test, id, as: ada)["a.txt"] == "safe")
            try await test.commit([try await test.add("a.bin", Self.evil)], to: id, as: ada)
            #expect(try await test.hub.scans.runQueued() == 1)
            #expect(try await statuses(test, id, as: ada)["a.bin"] == "unsafe")
        }
    }

    @Test func `the policy to refuse keeps dangerous files out and strangers none the wiser`() async throws {
        var limits = HubLimits()
        limits.scanPolicy = .refuse
        try await withTestHub(limits: limits) { test in
            let ada = try await test.user("ada")
            let eve = try await test.user("eve")
            let id = try await test.repo("ada/m", visibility: .private, as: ada)
            let bad = try await test.add("bad.pkl", Self.evil)
            #expect(await asyncCodeThrown { try await test.commit([bad], to: id, as: ada) } == .forbidden)
            #expect(await asyncCodeThrown { try await test.commit([bad], to: id, as: eve) } == .repoNotFound)
            #expect(try await test.files(id, as: ada) == [".gitattributes"])
            #expect(
                await asyncCodeThrown { try await test.hub.scans.report(.model, id, revision: nil, viewer: eve) }
                    == .repoNotFound
            )
        }
    }

    @Test func `what damaged archives bring is an answer`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let cut = "PK\u{3}\u{4}" + String(repeating: "\0", count: 300)
            try await test.commit([try await test.add("cut.pt", cut)], to: id, as: ada)
            try await test.hub.scans.runQueued()
            #expect(try await statuses(test, id, as: ada)["cut.pt"] == "error")
        }
    }
}
