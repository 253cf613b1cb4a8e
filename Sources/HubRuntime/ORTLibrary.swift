// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
import HubCore

/// The opened shared library of ONNX Runtime: its functions, and errors out of its statuses.
final class ORTLibrary: @unchecked Sendable {
    // Unchecked: written once while opening; the functions themselves are safe to call from any thread.
    let functions: UnsafePointer<hub_ort>
    /// As the library says: "1.32.0".
    let version: String

    /// Opens the library at a path; it stays open for the life of the process.
    init(path: String) throws(HubError) {
        let functions = UnsafeMutablePointer<hub_ort>.allocate(capacity: 1)
        var text = [CChar](repeating: 0, count: 512)
        let problem = hub_ort_open(path, functions, &text, text.count)
        version = text.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard problem == hub_ort_opened else {
            functions.deallocate()
            throw Self.error(problem, path: path, text: version)
        }
        self.functions = UnsafePointer(functions)
    }

    deinit { functions.deallocate() }

    private static func error(_ problem: hub_ort_problem, path: String, text: String) -> HubError {
        let reason =
            switch problem {
            case hub_ort_no_library: "cannot be opened: \(text)"
            case hub_ort_not_onnxruntime: "is not ONNX Runtime"
            case hub_ort_too_old: "is ONNX Runtime \(text); 1.23 or newer is needed"
            default: "is ONNX Runtime \(text) in a build that lacks functions"
            }
        return HubError(.unsupported, "Inference is not available here: the library \(path) \(reason)")
    }

    /// Throws what a status says, and releases it. No status is success.
    func check(_ status: OpaquePointer?, _ code: HubError.Code, _ what: @autoclosure () -> String) throws(HubError) {
        guard let status else { return }
        let message = functions.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? "no reason given"
        functions.pointee.ReleaseStatus(status)
        throw HubError(code, "\(what()): \(Self.firstLine(message))")
    }

    /// Calls a function that makes an object.
    func make(
        _ code: HubError.Code = .internal,
        _ what: @autoclosure () -> String = "The inference engine failed",
        _ call: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(HubError) -> OpaquePointer {
        var object: OpaquePointer?
        try check(call(&object), code, what())
        guard let object else { throw HubError(code, "\(what()): the engine gave nothing") }
        return object
    }

    /// Engine messages come with source lines and stack traces of the engine's build.
    private static func firstLine(_ message: String) -> String {
        let line = message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? message
        return line.utf8.count > 500 ? String(decoding: line.utf8.prefix(500), as: UTF8.self) + "…" : line
    }
}
