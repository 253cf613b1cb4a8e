// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
public import HubCore
public import HubVision

/// ONNX Runtime as the inference engine, opened at run time.
public final class ORTEngine: InferenceEngine, @unchecked Sendable {
    // Unchecked: the environment and memory description are made once and may be used from all threads.
    let library: ORTLibrary
    let environment: OpaquePointer
    /// Plain memory of the processor.
    let memoryInfo: OpaquePointer
    let allocator: OpaquePointer

    public var name: String { "ONNX Runtime \(library.version)" }

    /// Opens the library at `path`.
    /// - Throws: `HubError` with `.unsupported` when there is none or it will not do.
    public init(library path: String) throws(HubError) {
        library = try ORTLibrary(path: path)
        let functions = library.functions
        environment = try library.make { functions.pointee.CreateEnv(CInt(hub_ort_log_errors.rawValue), "hub", $0) }
        do throws(HubError) {
            memoryInfo = try library.make {
                functions.pointee.CreateCpuMemoryInfo(
                    CInt(hub_ort_device_allocator.rawValue),
                    CInt(hub_ort_default_memory.rawValue),
                    $0
                )
            }
        } catch {
            functions.pointee.ReleaseEnv(environment)
            throw error
        }
        do throws(HubError) {
            allocator = try library.make { functions.pointee.GetAllocatorWithDefaultOptions($0) }
        } catch {
            functions.pointee.ReleaseMemoryInfo(memoryInfo)
            functions.pointee.ReleaseEnv(environment)
            throw error
        }
    }

    deinit {
        library.functions.pointee.ReleaseMemoryInfo(memoryInfo)
        library.functions.pointee.ReleaseEnv(environment)
    }

    public func load(_ graph: Graph, options: SessionOptions) throws -> any InferenceSession {
        let handle = try withOptions(options) { raw throws(HubError) in
            let model = try ORTModel(graph, engine: self)
            return try library.make(.unprocessable, "The network cannot be run") {
                library.functions.pointee.CreateSessionFromModel(environment, model.handle, raw, $0)
            }
        }
        return try ORTSession(handle, engine: self, keeping: graph.constants.map(\.tensor.memory))
    }

    public func load(_ model: ONNXModel, options: SessionOptions) throws -> any InferenceSession {
        let handle = try withOptions(options) { raw throws(HubError) in
            try addExternalData(model.externalData, to: raw)
            return try library.make(.unprocessable, "The ONNX file cannot be run") {
                library.functions.pointee.CreateSessionFromArray(
                    environment,
                    model.bytes.bytes.baseAddress,
                    model.bytes.bytes.count,
                    raw,
                    $0
                )
            }
        }
        return try ORTSession(handle, engine: self, keeping: Array(model.externalData.values))
    }

    /// Calls `body` with the engine's form of `options`.
    private func withOptions(
        _ options: SessionOptions,
        _ body: (OpaquePointer) throws(HubError) -> OpaquePointer
    ) throws(HubError) -> OpaquePointer {
        let functions = library.functions
        let raw = try library.make { functions.pointee.CreateSessionOptions($0) }
        defer { functions.pointee.ReleaseSessionOptions(raw) }
        func set(_ status: OpaquePointer?) throws(HubError) {
            try library.check(status, .internal, "The inference engine refused an option")
        }
        let threads = CInt(clamping: max(options.threads, 1))
        try set(functions.pointee.SetIntraOpNumThreads(raw, threads))
        try set(functions.pointee.SetInterOpNumThreads(raw, 1))
        try set(functions.pointee.SetSessionGraphOptimizationLevel(raw, CInt(hub_ort_optimize_all.rawValue)))
        if !options.keepsMemory { try set(functions.pointee.DisableCpuMemArena(raw)) }
        let entries = [
            ("session.disable_prepacking", options.prepacksWeights ? "0" : "1"),
            ("session.intra_op.allow_spinning", options.spins ? "1" : "0"),
        ]
        for (key, value) in entries { try set(functions.pointee.AddSessionConfigEntry(raw, key, value)) }
        return try body(raw)
    }

    /// Gives the engine files of external data as memory, so that it opens none itself.
    private func addExternalData(_ files: [String: TensorMemory], to options: OpaquePointer) throws(HubError) {
        guard !files.isEmpty else { return }
        let sorted = files.sorted { $0.key < $1.key }
        let status = withCStrings(sorted.map(\.key)) { names in
            var contents = sorted.map {
                UnsafeMutablePointer(mutating: $0.value.bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            }
            var sizes = sorted.map(\.value.bytes.count)
            return library.functions.pointee.AddExternalInitializersFromFilesInMemory(
                options,
                names,
                &contents,
                &sizes,
                sorted.count
            )
        }
        try library.check(status, .unprocessable, "The files beside the ONNX file cannot be used")
    }
}

/// Calls `body` with strings as C strings.
func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for string in strings {
        starts.append(bytes.count)
        bytes.append(contentsOf: string.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { buffer in
        var pointers: [UnsafePointer<CChar>?] = starts.map { start in buffer.baseAddress.map { $0 + start } }
        // An empty list still needs an address.
        if pointers.isEmpty { pointers.append(nil) }
        return pointers.withUnsafeMutableBufferPointer { pointers in
            guard let base = pointers.baseAddress else { preconditionFailure("an array of one has an address") }
            return body(base)
        }
    }
}
