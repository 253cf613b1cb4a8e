// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@Suite(.serialized) struct TransferLiveTests {
    private func model(_ scratch: Scratch) throws {
        _ = try scratch.write(
            Array("---\nlicense: mit\npipeline_tag: image-classification\n---\n# x\n".utf8),
            to: "m/README.md"
        )
        _ = try scratch.write(Array("{}".utf8), to: "m/config.json")
        _ = try scratch.write([], to: "m/sub/empty.txt")
        _ = try scratch.write(noise(300_000, seed: 7), to: "m/sub/model.safetensors")
    }

    @Test func `a folder goes there and back, and only changes travel again`() async throws {
        try await withLiveHub { hub in
            try model(hub.scratch)
            let folder = hub.scratch.path + "/m"
            let first = try await hub.json("push", folder, "alice/vit")
            #expect(first["new"] == 4)
            #expect((300_000..<301_000).contains(first["uploadedBytes"]?.intValue ?? 0))
            #expect(first["commitUrl"]?.stringValue?.hasPrefix(hub.endpoint) == true)

            let again = try await hub.json("push", folder, "vit")
            #expect(again["unchanged"] == 4)
            #expect(again["commitOid"] == .null)

            _ = try hub.scratch.write(Array("{\"a\":1}".utf8), to: "m/config.json")
            let plan = try await hub.json("push", folder, "alice/vit", "--dry-run")
            let states = plan["files"]?.arrayValue?.compactMap { $0["state"]?.stringValue }
            #expect(states == ["unchanged", "changed", "unchanged", "unchanged"])
            let third = try await hub.json("push", folder, "alice/vit")
            #expect(third["changed"] == 1)
            #expect(third["uploadedBytes"] == 0)

            let pulled = try await hub.json("pull", "alice/vit")
            let snapshot = try #require(pulled["path"]?.stringValue)
            for name in ["README.md", "config.json", "sub/empty.txt", "sub/model.safetensors"] {
                let here = try Data(contentsOf: URL(fileURLWithPath: "\(snapshot)/\(name)"))
                #expect([UInt8](here) == (try hub.scratch.bytes("m/\(name)")))
            }
            #expect(
                try String(contentsOfFile: hub.cache + "/models--alice--vit/refs/main", encoding: .utf8)
                    == pulled["commit"]?.stringValue
            )
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: snapshot + "/sub/model.safetensors")
            #expect(link.hasPrefix("../../../blobs/"))
            let second = try await hub.json("pull", "alice/vit")
            #expect(second["downloaded"] == 0)
        }
    }

    @Test func `a damaged partial download is noticed and made good`() async throws {
        try await withLiveHub { hub in
            try model(hub.scratch)
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/vit").status == 0)
            let plan = try await hub.json("pull", "alice/vit", "sub/model.safetensors", "--dry-run")
            let etag = try #require(plan["files"]?.arrayValue?.first?["etag"]?.stringValue)
            // A sound beginning is continued, a damaged one found out by the digest.
            for (name, bytes) in [
                ("sound", Array(noise(300_000, seed: 7).prefix(100_000))), ("damaged", noise(100_000, seed: 9)),
            ] {
                _ = try hub.scratch.write(bytes, to: "\(name)/models--alice--vit/blobs/\(etag).incomplete")
                var environment = hub.environment(hub.token)
                environment["HF_HUB_CACHE"] = hub.scratch.path + "/" + name
                let arguments = ["pull", "alice/vit", "sub/model.safetensors", "--json"]
                let result = try await Binary.hubctl.run(arguments, environment: environment)
                #expect(result.status == 0, "\(result.stderr)")
                let answer = try JSONValue(parsing: Array(result.stdout.utf8))
                #expect(answer["bytes"] == (name == "sound" ? 200_000 : 500_000))
                #expect(try hub.scratch.bytes("\(name)/models--alice--vit/blobs/\(etag)") == noise(300_000, seed: 7))
                #expect(!hub.scratch.exists("\(name)/models--alice--vit/blobs/\(etag).incomplete"))
            }
        }
    }

    @Test func `a local folder has real files and is not downloaded twice`() async throws {
        try await withLiveHub { hub in
            try model(hub.scratch)
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/vit").status == 0)
            let folder = hub.scratch.path + "/out"
            let first = try await hub.json("pull", "alice/vit", "--local-dir", folder, "--exclude", "*.json")
            #expect(first["path"] == .string(folder))
            #expect(!hub.scratch.exists("out/config.json"))
            #expect(try hub.scratch.bytes("out/sub/model.safetensors") == noise(300_000, seed: 7))
            #expect(hub.scratch.exists("out/.cache/huggingface/download/sub/model.safetensors.metadata"))
            _ = try hub.scratch.write([1, 2, 3], to: "out/README.md")
            let second = try await hub.json("pull", "alice/vit", "--local-dir", folder, "--exclude", "*.json")
            #expect(second["downloaded"] == 1)
        }
    }

    @Test func `an interrupted push of a large file goes on where it stopped`() async throws {
        try await withLiveHub { hub in
            // Over the server's threshold for parts; a hole costs no disk here.
            let path = try hub.scratch.write([1], to: "big/w.safetensors")
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 300 << 20)
            try file.close()
            let folder = hub.scratch.path + "/big"
            let arguments = ["push", folder, "alice/big", "--workers", "1", "--json"]
            // Whole files, as hubs without chunks have them.
            var environment = hub.environment(hub.token)
            environment["HF_HUB_DISABLE_XET"] = "1"
            let first = try Binary.hubctl.start(arguments, environment: environment)
            // Killed once a part is stored, or when it is done: either way the next run completes it.
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end, !Self.hasStoredPart(hub) { try await Task.sleep(for: .milliseconds(2)) }
            first.signal(SIGKILL)
            _ = try await first.result()
            let result = try await Binary.hubctl.run(arguments, environment: environment)
            try #require(result.status == 0, "\(result.stderr)")
            let second = try JSONValue(parsing: Array(result.stdout.utf8))
            #expect(second["new"] == 1)
            #expect((second["uploadedBytes"]?.intValue ?? .max) < 300 << 20)
        }
    }

    /// Whether the server has marked a part of an upload as safely there.
    private static func hasStoredPart(_ hub: LiveHub) -> Bool {
        let files = FileManager.default.enumerator(atPath: hub.dataFolder + "/ingest/parts")
        while let name = files?.nextObject() as? String { if name.hasSuffix(".done") { return true } }
        return false
    }

    @Test func `files that match are deleted with the push`() async throws {
        try await withLiveHub { hub in
            try model(hub.scratch)
            let folder = hub.scratch.path + "/m"
            #expect(try await hub.hubctl("push", folder, "alice/vit").status == 0)
            try FileManager.default.removeItem(atPath: folder + "/config.json")
            let result = try await hub.json("push", folder, "alice/vit", "--delete", "*.json")
            #expect(result["deleted"] == 1)
            let left = try await hub.hubctl("files", "alice/vit", "--recursive")
            #expect(!left.stdout.contains("config.json"))
            #expect(left.stdout.contains("sub/model.safetensors"))
        }
    }

    @Test func `a card the server refuses stops the push before anything travels`() async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Array("---\na: [\n---\n".utf8), to: "m/README.md")
            let result = try await hub.hubctl("push", hub.scratch.path + "/m", "alice/bad")
            #expect(result.status == 1)
            #expect(result.stderr.contains("error: README.md: "))
        }
    }
}
