// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
import Foundation
import HubCore
import HubRuntime
import Testing

@Suite struct LibraryTests {
    @Test func `functions are looked for at their places in the tables`() throws {
        let table = try String(contentsOfFile: Fixtures.path("onnxruntime/slots.tsv"), encoding: .utf8)
        let known = Set(
            table.split(separator: "\n").map { $0.split(separator: "\t").prefix(3).joined(separator: "\t") }
        )
        let ours = String(cString: hub_ort_slots()).split(separator: "\n").map(String.init)
        #expect(ours.count > 50)
        #expect(ours.filter { !known.contains($0) } == [])
        #expect(known.contains("OrtApi\t291\tGetModelEditorApi"), "which hub_ort_open relies on")
    }

    @Test func `the engine says its name and version`() throws {
        #expect(try TestEngine.shared.name == "ONNX Runtime \(ORTEngine.release)")
    }

    @Test(arguments: ["/nowhere/libonnxruntime.so", Fixtures.path("onnxruntime/slots.tsv")])
    func `a library that cannot be opened is told by its path`(path: String) throws {
        let error = #expect(throws: HubError.self) { try ORTEngine(library: path) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(path) == true)
    }

    @Test func `a library that is another one is told`() throws {
        let error = #expect(throws: HubError.self) { try ORTEngine(library: "libz.so.1") }
        #expect(error?.message.hasSuffix("is not ONNX Runtime") == true)
    }

    @Test func `without a library the usual places are named`() throws {
        let error = #expect(throws: HubError.self) {
            try ORTEngine(configured: "", program: "/opt/hub/bin/hubd", environment: ["HOME": "/home/nobody"])
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("/opt/hub/bin/../lib/libonnxruntime") == true)
        #expect(error?.message.contains("/home/nobody/.cache/vitrine/onnxruntime") == true)
    }
}
