// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import Synchronization
import Testing

@testable import HubVision

@Suite struct SessionTests {
    /// A network of one's own, without a checkpoint.
    private func load(
        _ options: SessionOptions = SessionOptions(),
        _ build: (GraphBuilder) throws -> Void
    ) throws -> any InferenceSession {
        let builder = GraphBuilder(weights: Weights([:]))
        try build(builder)
        return try TestEngine.shared.load(builder.result, options: options)
    }

    private func refusal(_ body: () throws -> Void) -> HubError? {
        do {
            try body()
            return nil
        } catch {
            return error as? HubError
        }
    }

    private func adder() throws -> any InferenceSession {
        try load { g in
            let x = g.input("x", axes: [.named("n"), .fixed(2)])
            let y = g.input("y", axes: [.fixed(2)])
            g.output("sum", g.add(x, y))
            g.output("product", g.multiply(x, y))
        }
    }

    private func tensor(_ values: [Float], _ shape: [Int]) throws -> Tensor {
        try #require(Tensor(values, shape: shape))
    }

    @Test func `a session says what it takes and gives`() throws {
        let session = try adder()
        #expect(
            session.inputs == [
                TensorPort("x", .float32, [.named("n"), .fixed(2)]), TensorPort("y", .float32, [.fixed(2)]),
            ]
        )
        #expect(session.outputs.map(\.name) == ["sum", "product"])
    }

    @Test func `only what is wanted is given`() throws {
        let inputs = ["x": try tensor([1, 2, 3, 4], [2, 2]), "y": try tensor([10, 20], [2])]
        let results = try adder().run(inputs, outputs: ["product"], cancellation: nil)
        #expect(results.keys.sorted() == ["product"])
        #expect(results["product"]?.shape == [2, 2])
        #expect(results["product"]?.withFloats { Array($0) } == [10, 40, 30, 80])
    }

    @Test func `inputs that do not fit are told`() throws {
        let session = try adder()
        let y = try tensor([1, 2], [2])
        let cases: [([String: Tensor], String)] = [
            (["y": y], "The network needs an input x"),
            (
                ["x": try tensor([1, 2, 3], [1, 3]), "y": y],
                "The input x must be float32 [n, 2], and is float32 [1, 3]"
            ),
            (["x": Tensor(vector: [Int64(1), 2]), "y": y], "The input x must be float32 [n, 2], and is int64 [2]"),
        ]
        for (inputs, message) in cases {
            let error = refusal { _ = try session.run(inputs) }
            #expect(error?.code == .badRequest && error?.message == message)
        }
        let unknown = refusal { _ = try session.run(["x": y, "y": y], outputs: ["z"], cancellation: nil) }
        #expect(unknown?.code == .badRequest)
    }

    @Test func `no rows are no rows`() throws {
        let results = try adder().run(["x": try tensor([], [0, 2]), "y": try tensor([1, 2], [2])])
        #expect(results["sum"]?.shape == [0, 2])
    }

    @Test func `a network that fails on an input says so and goes on`() throws {
        let session = try load { g in
            let table = g.input("table", axes: [.named("rows")])
            let index = g.input("index", .int64, axes: [.named("n")])
            g.output("picked", g.gather(table, index))
        }
        let table = try tensor([1, 2, 3], [3])
        for _ in 0..<3 {
            let error = refusal { _ = try session.run(["table": table, "index": Tensor(vector: [Int64(7)])]) }
            #expect(error?.code == .unprocessable)
            #expect(error?.message.hasPrefix("The network failed on this input: ") == true)
        }
        let picked = try session.run(["table": table, "index": Tensor(vector: [Int64(2)])])["picked"]
        #expect(picked?.withFloats { Array($0) } == [3])
    }

    @Test func `an operator that does not exist is refused when loading`() throws {
        let error = refusal {
            _ = try load { g in
                let x = g.input("x", axes: [.fixed(2)])
                g.output("y", g.node("Conjure", [x], shape: x.shape))
            }
        }
        #expect(error?.code == .unprocessable)
        #expect(error?.message.contains("Conjure") == true)
    }

    @Test func `a session keeps the checkpoint that it reads in place`() throws {
        let repo = try TestRepo(copying: "vit")
        let session = try TestEngine.shared.load(repo.network().graph, options: SessionOptions())
        // The name goes, the bytes stay.
        try FileManager.default.removeItem(at: repo.url)
        let fixture = try VisionFixture("vit")
        let example = try #require(fixture.cases().first)
        let logits = try #require(session.run(example.inputs(for: session))["logits"])
        try fixture.compare(logits, try #require(example.outputs["logits"]), "after the file was removed")
    }

    /// Seconds of multiplications of matrices.
    private func slow() throws -> any InferenceSession {
        try load { g in
            var value = g.input("x", axes: [.fixed(768), .fixed(768)])
            for _ in 0..<400 { value = g.tanh(g.matmul(value, value)) }
            g.output("y", value)
        }
    }

    @Test func `a run can be stopped from another thread`() throws {
        let session = try slow()
        let x = try tensor([Float](repeating: 0.01, count: 768 * 768), [768, 768])
        let cancellation = RunCancellation()
        let stopper = Thread { [cancellation] in
            Thread.sleep(forTimeInterval: 0.1)
            cancellation.cancel()
        }
        stopper.start()
        let start = ContinuousClock.now
        let error = refusal { _ = try session.run(["x": x], outputs: nil, cancellation: cancellation) }
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(4))
        let again = refusal { _ = try session.run(["x": x], outputs: nil, cancellation: cancellation) }
        #expect(again?.code == .timeout, "what was cancelled before does not start")
    }

    @Test func `one session runs on several threads`() throws {
        let fixture = try VisionFixture("vit")
        let session = try fixture.session(Checkpoint(fixture.files), NetworkRequest())
        let examples = try fixture.cases()
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 24) { index in
            let example = examples[index % examples.count]
            do {
                let logits = try session.run(example.inputs(for: session))["logits"]?.withFloats { Array($0) }
                let expected = example.outputs["logits"]?.withFloats { Array($0) }
                let fits = zip(logits ?? [], expected ?? []).allSatisfy { abs($0 - $1) < 1e-3 }
                if !fits || logits?.isEmpty != false { failures.withLock { $0 += 1 } }
            } catch {
                failures.withLock { $0 += 1 }
            }
        }
        #expect(failures.withLock { $0 } == 0)
    }

    @Test func `loading, running and failing over and over keeps no memory`() throws {
        let fixture = try VisionFixture("vit")
        let checkpoint = try Checkpoint(fixture.files)
        let graph = try Network(checkpoint).graph
        let example = try #require(fixture.cases().first)
        func round() throws {
            for _ in 0..<20 {
                let session = try TestEngine.shared.load(graph, options: SessionOptions())
                _ = try session.run(example.inputs(for: session))
                _ = refusal { _ = try session.run([:]) }
                _ = refusal {
                    _ = try load { g in
                        let x = g.input("x", axes: [.fixed(2)])
                        g.output("y", g.node("Conjure", [x], ["a": .ints([1, 2]), "b": .string("c")], shape: x.shape))
                    }
                }
            }
        }
        for _ in 0..<3 { try round() }
        let before = Self.anonymousKilobytes
        for _ in 0..<10 { try round() }
        // Two hundred networks of half a megabyte each, had they stayed.
        #expect(Self.anonymousKilobytes - before < 16 << 10)
    }

    /// Memory of this process that is no file's; 0 where the system does not tell.
    private static var anonymousKilobytes: Int {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0
    }
}
