// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@testable import hubctl

@Suite(.serialized) struct XetLiveTests {
    @Test func `of a changed file its changed chunks travel, and it comes back whole`() async throws {
        try await withLiveHub { hub in
            let old = noise(3_000_000, seed: 40)
            _ = try hub.scratch.write(old, to: "m/w.safetensors")
            let folder = hub.scratch.path + "/m"
            let first = try await hub.json("push", folder, "alice/vit")
            #expect((3_000_000..<3_010_000).contains(first["uploadedBytes"]?.intValue ?? 0))
            let edited = Array(old[..<1_500_000]) + noise(77, seed: 51) + Array(old[1_500_000...])
            _ = try hub.scratch.write(edited, to: "m/w.safetensors")

            let plan = try await hub.json("push", folder, "alice/vit", "--dry-run")
            #expect(plan["bytes"] == 3_000_077)
            let second = try await hub.json("push", folder, "alice/vit")
            #expect(second["changed"] == 1)
            #expect(second["uploadedBytes"] == plan["bytesToTravel"])
            #expect((1..<400_000).contains(second["uploadedBytes"]?.intValue ?? 0))

            for (revision, bytes) in [("main", edited), (first["commitOid"]?.stringValue ?? "", old)] {
                let out = hub.scratch.path + "/out-" + revision
                let pulled = try await hub.json("pull", "alice/vit", "--revision", revision, "--local-dir", out)
                #expect(pulled["downloaded"]?.intValue ?? 0 > 0)
                #expect(try hub.scratch.bytes("out-\(revision)/w.safetensors") == bytes)
            }
        }
    }

    @Test func `bytes that another repo of the owner has do not travel`() async throws {
        try await withLiveHub { hub in
            for index in 0..<3 {
                _ = try hub.scratch.write(noise(100_000, seed: UInt64(index)), to: "m/\(index).safetensors")
            }
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/one").status == 0)
            _ = try await hub.json("repo", "create", "alice/two")
            let rehearsed = try await hub.json("push", hub.scratch.path + "/m", "alice/two", "--dry-run")
            #expect(rehearsed["bytesToTravel"] == 0)
            #expect(rehearsed["bytes"] == 300_000)
            let pushed = try await hub.json("push", hub.scratch.path + "/m", "alice/two")
            #expect(pushed["new"] == 3)
            #expect(pushed["uploadedBytes"] == 0)
            let pulled = try await hub.json("pull", "alice/two", "--local-dir", hub.scratch.path + "/out")
            #expect(pulled["downloaded"]?.intValue ?? 0 >= 3)
            #expect(try hub.scratch.bytes("out/2.safetensors") == noise(100_000, seed: 2))
        }
    }

    @Test func `what repeats within a push travels once`() async throws {
        try await withLiveHub { hub in
            let path = try hub.scratch.write([], to: "m/zeros.safetensors")
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 40 << 20)
            try file.close()
            let pushed = try await hub.json("push", hub.scratch.path + "/m", "alice/zeros")
            #expect((1..<2000).contains(pushed["uploadedBytes"]?.intValue ?? 0))
            _ = try await hub.json("pull", "alice/zeros", "--local-dir", hub.scratch.path + "/out")
            #expect(try hub.scratch.bytes("out/zeros.safetensors") == [UInt8](repeating: 0, count: 40 << 20))
        }
    }

    @Test func `an interrupted push does not send again what is stored`() async throws {
        try await withLiveHub { hub in
            let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/dev/urandom"))
            let path = try hub.scratch.write(try #require(try source.read(upToCount: 96 << 20)), to: "m/w.safetensors")
            let folder = hub.scratch.path + "/m"
            let first = try Binary.hubctl.start(["push", folder, "alice/big"], environment: hub.environment(hub.token))
            // Killed once a xorb is stored, or when it is done: either way the next run completes it.
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end, first.isRunning, try await !hasStoredXorb(hub) {
                try await Task.sleep(for: .milliseconds(5))
            }
            first.signal(SIGKILL)
            _ = try await first.result()
            let second = try await hub.json("push", folder, "alice/big")
            #expect((second["uploadedBytes"]?.intValue ?? .max) < 96 << 20)
            _ = try await hub.json("pull", "alice/big", "--local-dir", hub.scratch.path + "/out")
            #expect(FileManager.default.contentsEqual(atPath: path, andPath: hub.scratch.path + "/out/w.safetensors"))
        }
    }

    /// Whether a blob of many chunks is in place.
    private func hasStoredXorb(_ hub: LiveHub) async throws -> Bool {
        let blobs = FileManager.default.enumerator(atPath: hub.dataFolder + "/blobs")
        while let name = blobs?.nextObject() as? String {
            let attributes = try? FileManager.default.attributesOfItem(atPath: hub.dataFolder + "/blobs/" + name)
            if attributes?[.type] as? FileAttributeType == .typeRegular, attributes?[.size] as? Int ?? 0 > 4 << 20 {
                return true
            }
        }
        return false
    }

    @Test func `whole files travel when chunks are unwanted, and either way is read by the other`() async throws {
        try await withLiveHub { hub in
            let bytes = noise(400_000, seed: 60)
            _ = try hub.scratch.write(bytes, to: "m/w.safetensors")
            var whole = hub.environment(hub.token)
            whole["HF_HUB_DISABLE_XET"] = "1"
            let pushed = try await Binary.hubctl.run(
                ["push", hub.scratch.path + "/m", "alice/whole", "--json"],
                environment: whole
            )
            #expect(pushed.status == 0, "\(pushed.stderr)")
            #expect(try JSONValue(parsing: Array(pushed.stdout.utf8))["uploadedBytes"] == 400_000)
            _ = try await hub.json("pull", "alice/whole", "--local-dir", hub.scratch.path + "/a")
            #expect(try hub.scratch.bytes("a/w.safetensors") == bytes)

            _ = try await hub.json("push", hub.scratch.path + "/m", "alice/chunks")
            let pulled = try await Binary.hubctl.run(
                ["pull", "alice/chunks", "--local-dir", hub.scratch.path + "/b", "--json"],
                environment: whole
            )
            #expect(pulled.status == 0, "\(pulled.stderr)")
            #expect(try hub.scratch.bytes("b/w.safetensors") == bytes)
        }
    }
}
