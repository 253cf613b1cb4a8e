// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

/// `hubctl admin` on the folder of a running hubd.
@Suite(.serialized) struct AdminLiveTests {
    static func admin(_ hub: LiveHub, _ arguments: String...) async throws -> CommandResult {
        try await Binary.hubctl.run(["admin"] + arguments + ["--data-dir", hub.dataFolder])
    }

    static func json(_ hub: LiveHub, _ arguments: String...) async throws -> JSONValue {
        let all = ["admin"] + arguments + ["--data-dir", hub.dataFolder, "--json"]
        let result = try await Binary.hubctl.run(all)
        try #require(result.status == 0, "\(result.stderr)")
        return try JSONValue(parsing: Array(result.stdout.utf8))
    }

    static func blobFiles(_ hub: LiveHub) -> [String] {
        let all = FileManager.default.enumerator(atPath: hub.dataFolder + "/blobs/sha256")?.allObjects ?? []
        return all.compactMap { $0 as? String }.filter { $0.utf8.count > 60 }
    }

    @Test func `gc frees what its dry run has said, beside a running hubd`() async throws {
        try await withLiveHub { hub in
            for (name, seed) in [("kept", UInt64(1)), ("gone", 2)] {
                _ = try hub.scratch.write(noise(200_000, seed: seed), to: "\(name)/w.safetensors")
                _ = try hub.scratch.write(Array("{\"n\":\(seed)}".utf8), to: "\(name)/config.json")
                let pushed = try await hub.hubctl("push", "\(hub.scratch.path)/\(name)", "alice/\(name)")
                #expect(pushed.status == 0, "\(pushed.stderr)")
            }
            let before = Self.blobFiles(hub).count
            #expect(try await hub.hubctl("repo", "delete", "alice/gone", "--yes").status == 0)
            // Everything has arrived just now, and stays.
            #expect(try await Self.json(hub, "gc")["blobs"] == 0)
            try await Task.sleep(for: .milliseconds(50))
            let dry = try await Self.json(hub, "gc", "--dry-run", "--grace", "0s")
            #expect(dry["blobs"] == 2)
            #expect((200_007..<201_000).contains(dry["bytes"]?.intValue ?? 0))
            #expect(Self.blobFiles(hub).count == before)
            let real = try await Self.json(hub, "gc", "--grace", "0s")
            for key in ["blobs", "bytes", "commits", "trees", "files", "detached"] { #expect(real[key] == dry[key]) }
            #expect(Self.blobFiles(hub).count == before - 2)
            let pulled = try await hub.hubctl("pull", "alice/kept")
            #expect(pulled.status == 0, "\(pulled.stderr)")
            #expect(try await Self.admin(hub, "gc", "--grace", "soon").status == 1)
        }
    }

    @Test func `the audit log has what was done over the network and on the machine`() async throws {
        try await withLiveHub { hub in
            #expect(try await hub.hubctl("repo", "create", "alice/m").status == 0)
            #expect(try await hub.hubctl("repo", "delete", "alice/m", "--yes").status == 0)
            let result = try await Self.admin(hub, "audit", "--json")
            let acts = try result.stdout.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(
                acts.compactMap { $0["action"]?.stringValue } == ["user.create", "repo.create", "repo.delete"]
            )
            #expect(acts.first?["actor"] == .null)
            #expect(acts.last?["actor"] == "alice")
            #expect(acts.last?["address"] == "127.0.0.1")
            #expect(acts.last?["requestId"]?.stringValue?.isEmpty == false)
            let plain = try await Self.admin(
                hub,
                "audit",
                "--actor",
                "alice",
                "--action",
                "repo.delete",
                "--since",
                "1h"
            )
            #expect(plain.stdout.contains("alice  repo.delete  alice/m"))
            #expect(plain.stdout.split(separator: "\n").count == 1)
            let file = try String(contentsOfFile: hub.dataFolder + "/audit/audit.jsonl", encoding: .utf8)
            #expect(file == result.stdout)
        }
    }

    @Test func `a second hubd on the folder is refused and says who has it`() async throws {
        try await withLiveHub { hub in
            let second = try await Binary.hubd.run(["serve", "--data-dir", hub.dataFolder, "--port", "0"])
            #expect(second.status != 0)
            #expect(second.stderr.contains("is in use by process"))
            #expect(second.stderr.contains("one hubd may run on a data folder"))
            // The first one has not been disturbed.
            #expect(try await hub.hubctl("repo", "create", "alice/after").status == 0)
        }
    }

    @Test(arguments: [false, true])
    func `a bit that flips on disk is found, refused to clients, and healed by a push`(inChunks: Bool) async throws {
        try await withLiveHub { hub in
            func push() async throws -> JSONValue {
                var environment = hub.environment(hub.token)
                if !inChunks { environment["HF_HUB_DISABLE_XET"] = "1" }
                let arguments = ["push", hub.scratch.path + "/m", "alice/m", "--json"]
                let result = try await Binary.hubctl.run(arguments, environment: environment)
                try #require(result.status == 0, "\(result.stderr)")
                return try JSONValue(parsing: Array(result.stdout.utf8))
            }
            _ = try hub.scratch.write(noise(300_000, seed: 3), to: "m/w.safetensors")
            _ = try await push()
            let clean = try await Self.json(hub, "verify")
            #expect(clean["clean"] == true)
            let name = try #require(
                Self.blobFiles(hub).first { name in
                    let path = hub.dataFolder + "/blobs/sha256/" + name
                    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
                    return (300_000..<301_000).contains(size ?? 0)
                }
            )
            let path = hub.dataFolder + "/blobs/sha256/" + name
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[123_456] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            let found = try await Self.admin(hub, "verify")
            #expect(found.status == 1)
            #expect(found.stdout.contains("corrupted: the blob \(name.suffix(64))"))
            #expect(found.stderr.contains("1 thing is wrong with this hub"))
            #expect(hub.scratch.exists("data/damaged/\(name.suffix(64))"))
            let refused = try await hub.hubctl("pull", "alice/m")
            #expect(refused.status == 2)
            #expect(refused.stderr.contains("are damaged and are not served"))
            let pushed = try await push()
            #expect((300_000..<301_000).contains(pushed["uploadedBytes"]?.intValue ?? 0))
            #expect(try await hub.hubctl("pull", "alice/m").status == 0)
            #expect(try await Self.json(hub, "verify")["clean"] == true)
        }
    }

    @Test func `a backup of a running hub is restored, verified and served`() async throws {
        try await withLiveHub { hub in
            for number in 1...3 {
                _ = try hub.scratch.write(noise(100_000, seed: UInt64(number)), to: "m\(number)/w.safetensors")
                let folder = "\(hub.scratch.path)/m\(number)"
                #expect(try await hub.hubctl("push", folder, "alice/m\(number)").status == 0)
            }
            // More pushes while the backup runs.
            async let pushes: Void = {
                for number in 1...3 {
                    _ = try hub.scratch.write(noise(50_000, seed: UInt64(10 + number)), to: "n\(number)/w.safetensors")
                    let folder = "\(hub.scratch.path)/n\(number)"
                    #expect(try await hub.hubctl("push", folder, "alice/n\(number)").status == 0)
                }
            }()
            let backup = hub.scratch.path + "/backup"
            let first = try await Self.json(hub, "backup", backup)
            try await pushes
            let second = try await Self.json(hub, "backup", backup, "--copy")
            #expect((second["blobs"]?.intValue ?? 0) > 3)
            #expect((first["blobs"]?.intValue ?? 0) + (second["copied"]?.intValue ?? 0) == second["blobs"]?.intValue)
            #expect(try await Self.admin(hub, "restore", backup).status == 1)

            let restored = hub.scratch.path + "/restored"
            let result = try await Binary.hubctl.run(["admin", "restore", backup, "--data-dir", restored, "--json"])
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try JSONValue(parsing: Array(result.stdout.utf8))["clean"] == true)
            try await withServer(on: restored, hub) { copy in
                for name in ["m1", "m2", "m3", "n1", "n2", "n3"] {
                    let pulled = try await copy.hubctl(
                        "pull",
                        "alice/\(name)",
                        "--local-dir",
                        "\(hub.scratch.path)/o/\(name)"
                    )
                    #expect(pulled.status == 0, "\(pulled.stderr)")
                }
                #expect(try hub.scratch.bytes("o/m2/w.safetensors") == noise(100_000, seed: 2))
            }
            #expect(try await Self.json(hub, "reindex")["repos"] == 6)
        }
    }

    /// A second hubd, on another folder, with the same user.
    private func withServer(on folder: String, _ hub: LiveHub, _ body: (LiveHub) async throws -> Void) async throws {
        let portFile = folder + ".port"
        let server = try Binary.hubd.start(["serve", "--data-dir", folder, "--port", "0", "--port-file", portFile])
        defer { server.signal(SIGKILL) }
        var port: Int?
        let end = ContinuousClock.now + .seconds(30)
        while port == nil, server.isRunning, ContinuousClock.now < end {
            // Until hubd has written it there is no such file.
            port = (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap { Int($0.filter(\.isNumber)) }
            try await Task.sleep(for: .milliseconds(10))
        }
        let found = try #require(port, "hubd did not come up")
        try await body(LiveHub(scratch: hub.scratch, endpoint: "http://127.0.0.1:\(found)", token: hub.token))
    }
}
