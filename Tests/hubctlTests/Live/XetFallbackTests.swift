// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1
import Testing

@testable import hubctl

/// Hubs that have no chunk store, an older one, or one that forgets and errs.
@Suite(.serialized) struct XetFallbackTests {
    private static let bytes = noise(400_000, seed: 80)

    /// Pushes and pulls through a proxy, and finds the file as it was.
    private func roundTrip(
        _ rule: @escaping MeddlingProxy.Rule,
        _ check: (MeddlingProxy, _ pushed: JSONValue) throws -> Void
    ) async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Self.bytes, to: "m/w.safetensors")
            try await MeddlingProxy.before(hub, rule: rule) { hub, proxy in
                let pushed = try await hub.json("push", hub.scratch.path + "/m", "alice/vit")
                _ = try await hub.json("pull", "alice/vit", "--local-dir", hub.scratch.path + "/out")
                #expect(try hub.scratch.bytes("out/w.safetensors") == Self.bytes)
                try check(proxy, pushed)
            }
        }
    }

    private static func asked(_ proxy: MeddlingProxy, _ part: String) -> Int {
        proxy.requests.reduce(0) { $0 + ($1.key.contains(part) ? $1.value : 0) }
    }

    @Test func `a hub without a chunk store is sent whole files`() async throws {
        let rule: MeddlingProxy.Rule = { _, path, _ in path.contains("/xet-") ? .refuse(.notFound) : .pass }
        try await roundTrip(rule) { proxy, pushed in
            #expect(pushed["uploadedBytes"] == 400_000)
            #expect(Self.asked(proxy, "/objects/batch") == 1)
            #expect(Self.asked(proxy, "/cas/") == 0)
        }
    }

    @Test func `a store without grants, and with the first version only, does as well`() async throws {
        let rule: MeddlingProxy.Rule = { _, path, _ in
            path.contains("/xorb-grants/") || path.contains("/v2/") ? .refuse(.notFound) : .pass
        }
        try await roundTrip(rule) { proxy, _ in
            #expect(Self.asked(proxy, "/v1/shards") == 1)
            #expect(Self.asked(proxy, "/v1/reconstructions/") == 1)
            #expect(Self.asked(proxy, "/resolve/") <= 1)
        }
    }

    @Test func `addresses that have expired are asked for again`() async throws {
        let rule: MeddlingProxy.Rule = { _, path, before in
            path.contains("/cas/xorb/") && before == 0 ? .refuse(.forbidden) : .pass
        }
        try await roundTrip(rule) { proxy, _ in
            #expect(Self.asked(proxy, "/v2/reconstructions/") == 2)
            #expect(Self.asked(proxy, "w.safetensors") == 0)
        }
    }

    @Test func `calls that fail for a moment are made again`() async throws {
        let rule: MeddlingProxy.Rule = { _, path, before in
            path.contains("/cas/") && before == 0 ? .refuse(.serviceUnavailable) : .pass
        }
        try await roundTrip(rule) { proxy, _ in
            #expect(Self.asked(proxy, "/v2/shards") == 2)
            #expect(Self.asked(proxy, "w.safetensors") == 0)
        }
    }

    @Test func `a store that does not have the file leaves it to a plain download`() async throws {
        let rule: MeddlingProxy.Rule = { _, path, _ in path.contains("/reconstructions/") ? .refuse(.notFound) : .pass }
        try await roundTrip(rule) { proxy, _ in
            #expect(Self.asked(proxy, "/resolve/") >= 1)
        }
    }

    /// The bytes are noise, stored as they are: only the file's digest can tell.
    @Test func `chunks that are not what they were are never taken for the file`() async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Self.bytes, to: "m/w.safetensors")
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/vit").status == 0)
            try await MeddlingProxy.before(hub, rule: { _, path, _ in path.contains("/cas/xorb/") ? .flip : .pass }) {
                hub,
                _ in
                let result = try await hub.hubctl("pull", "alice/vit", "--local-dir", hub.scratch.path + "/out")
                #expect(result.status == 2)
                #expect(result.stderr.contains("does not have the digest"))
                #expect(!hub.scratch.exists("out/w.safetensors"))
            }
        }
    }
}
