// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

/// Real checkpoints, from a folder and from a hub; the numbers are checked in `HubRuntimeTests`.
@Suite(.serialized) struct RunLiveTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../Fixtures"
    )
    .standardizedFileURL.path
    private static let cat = fixtures + "/vision/_images/chelsea.png"

    /// Where the engine is: what `make test` has installed.
    private static var environment: [String: String] {
        let kept = ["HOME", "XDG_CACHE_HOME", "VITRINE_CACHE", "VITRINE_ONNXRUNTIME_LIBRARY"]
        return ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
    }

    private func run(_ arguments: String...) async throws -> CommandResult {
        try await Binary.hubctl.run(["run"] + arguments, environment: Self.environment)
    }

    @Test func `a cat is a tiger cat, from the bytes that were pushed`() async throws {
        try await withLiveHub { hub in
            let pushed = try await hub.hubctl("push", Self.fixtures + "/repos/efficientnet_lite0", "alice/efficientnet")
            try #require(pushed.status == 0, "\(pushed.stderr)")
            // The engine's place hangs on HOME, which the hub's environment replaces.
            var all = hub.environment(hub.token)
            all["VITRINE_ONNXRUNTIME_LIBRARY"] = Self.environment["VITRINE_ONNXRUNTIME_LIBRARY"]
            all["VITRINE_CACHE"] =
                Self.environment["VITRINE_CACHE"] ?? Self.environment["XDG_CACHE_HOME"].map { $0 + "/vitrine" }
                ?? Self.environment["HOME"].map { $0 + "/.cache/vitrine" }
            let arguments = ["run", "--model", "alice/efficientnet", Self.cat, "--top-k", "2", "--json"]
            let result = try await Binary.hubctl.run(arguments, environment: all)
            try #require(result.status == 0, "\(result.stderr)")
            let labels = try JSONValue(parsing: Array(result.stdout.utf8)).arrayValue ?? []
            #expect(labels.map { $0["label"]?.stringValue } == ["tiger cat", "Egyptian cat"])
            #expect(abs((labels.first?["score"]?.doubleValue ?? 0) - 0.3946) < 0.001)
        }
    }

    @Test func `boxes and depth are drawn, several pictures are a list`() async throws {
        try await withScratch { scratch in
            let output = scratch.path + "/out.png"
            let boxes = try await run(
                "--model",
                Self.fixtures + "/repos/tiny_detr",
                Self.cat,
                "--threshold",
                "0",
                "--output",
                output
            )
            #expect(boxes.status == 0, "\(boxes.stderr)")
            #expect(boxes.stdout.contains("to ("))
            #expect(try Data(contentsOf: URL(filePath: output)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let depth = try await run("--model", Self.fixtures + "/repos/tiny_dpt", Self.cat, "--output", output)
            #expect(depth.status == 0 && depth.stdout.contains("451 × 300 pixels"), "\(depth)")
            let both = try await run(
                "--model",
                Self.fixtures + "/repos/efficientnet_lite0",
                Self.cat,
                Self.cat,
                "--json"
            )
            #expect(try JSONValue(parsing: Array(both.stdout.utf8)).arrayValue?.count == 2)
        }
    }

    @Test func `what cannot be done is said, with what to do`() async throws {
        let clip = Self.fixtures + "/vision/clip"
        let unlabelled = try await run("--model", clip, Self.cat)
        #expect(unlabelled.status == 1 && unlabelled.stderr.contains("hint: name what to look for with --label"))
        let text = try await run("--model", clip, "--label", "a", Self.fixtures + "/README.md")
        #expect(text.status == 1 && text.stderr.contains("no image of a known format"))
        let lost = try await run("--model", "/no/such/folder", Self.cat)
        #expect(lost.status == 1 && lost.stderr.contains("neither a folder nor the name of a repo"))
        let nothing = try await run("--model", Self.fixtures + "/repos/tiny_photos", Self.cat)
        #expect(nothing.status != 0 && nothing.stderr.contains("config.json"))
        var environment = Self.environment
        environment["VITRINE_ONNXRUNTIME_LIBRARY"] = "/none"
        let engine = try await Binary.hubctl.run(["run", "--model", clip, Self.cat], environment: environment)
        #expect(engine.status != 0 && engine.stderr.contains("Inference is not available here"))
        let places = try await run(
            "--model",
            Self.fixtures + "/repos/efficientnet_lite0",
            Self.cat,
            "--output",
            "/x.png"
        )
        #expect(places.status == 1 && places.stderr.contains("no place in the picture"))
    }
}
