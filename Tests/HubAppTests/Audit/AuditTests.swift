// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct AuditTests {
    private func acts(_ test: TestHub, actor: String? = nil, action: String? = nil) async throws -> [JSONValue] {
        var acts: [JSONValue] = []
        try await test.hub.audit.forEach(actor: actor, action: action) { acts.append($0) }
        return acts
    }

    @Test func `privileged acts are on record with who, whence and what`() async throws {
        try await withTestHub { test in
            var ada = try await test.user("ada")
            ada.origin = RequestOrigin(address: "192.0.2.7", requestID: "r-1")
            let id = try await test.repo("ada/m", as: ada)
            try await test.hub.repos.updateSettings(.model, id, visibility: .private, gated: nil, viewer: ada)
            try await test.hub.repos.delete(.model, id, viewer: ada)
            let all = try await acts(test)
            #expect(
                all.compactMap { $0["action"]?.stringValue } == [
                    "user.create", "repo.create", "repo.settings", "repo.delete",
                ]
            )
            #expect(all.first?["actor"] == .null)
            let deletion = try #require(all.last)
            #expect(deletion["actor"] == "ada")
            #expect(deletion["tokenId"]?.intValue == ada.token?.id)
            #expect(deletion["address"] == "192.0.2.7")
            #expect(deletion["requestId"] == "r-1")
            #expect(deletion["target"] == "ada/m")
            #expect(try await acts(test, actor: "ADA", action: "repo").count == 3)
            #expect(try await acts(test, actor: "", action: "user.create").count == 1)
            #expect(try await acts(test, action: "rep").isEmpty)
        }
    }

    @Test func `an act that fails leaves no record`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let eve = try await test.user("eve")
            let id = try await test.repo("ada/m", as: ada)
            #expect(await asyncCodeThrown { try await test.hub.repos.delete(.model, id, viewer: eve) } == .forbidden)
            #expect(try await acts(test, action: "repo.delete").isEmpty)
        }
    }

    @Test func `the file has every act once, through rotation and a torn line`() async throws {
        try await withTestHub { test in
            try await withTemporaryDirectory { folder in
                let file = AuditFile(folder: folder + "/audit", rotationBytes: 1000)
                let path = folder + "/audit/audit.jsonl"
                for number in 1...12 {
                    _ = try await test.user("user-\(number)")
                    try await file.catchUp(test.hub.store)
                    if number == 2 {
                        // A crash in the middle of a line.
                        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                        try handle.seekToEnd()
                        try handle.write(contentsOf: Data("{\"id\":3,\"ti".utf8))
                        try handle.close()
                    }
                }
                try await file.catchUp(test.hub.store)
                let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/audit").sorted()
                #expect(names.count > 2)
                // Rotated files sort before the one that is written to.
                let text = try names.map { try String(contentsOfFile: "\(folder)/audit/\($0)", encoding: .utf8) }
                    .joined()
                let ids = try text.split(separator: "\n").map { line in
                    try JSONValue(parsing: Array(line.utf8))["id"]?.intValue
                }
                #expect(ids == (1...12).map { Int64($0) })
            }
        }
    }

    @Test func `two writers by turns repeat nothing`() async throws {
        try await withTestHub { test in
            try await withTemporaryDirectory { folder in
                for number in 1...20 { _ = try await test.user("user-\(number)") }
                let file = AuditFile(folder: folder, rotationBytes: 700)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { try await file.catchUp(test.hub.store) } }
                    try await group.waitForAll()
                }
                var ids: [Int64] = []
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                    for line in text.split(separator: "\n") {
                        ids.append(try #require(try JSONValue(parsing: Array(line.utf8))["id"]?.intValue))
                    }
                }
                #expect(ids.sorted() == (1...20).map { Int64($0) })
            }
        }
    }
}
