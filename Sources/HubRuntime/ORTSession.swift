// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
import HubCore
import HubVision

/// A network loaded into ONNX Runtime.
final class ORTSession: InferenceSession, @unchecked Sendable {
    // Unchecked: the engine lets several threads run one session.
    private let handle: OpaquePointer
    private let engine: ORTEngine
    /// What the session reads in place.
    private let memory: [TensorMemory]
    let inputs: [TensorPort]
    let outputs: [TensorPort]

    private var functions: UnsafePointer<hub_ort> { engine.library.functions }

    /// Takes the engine's session over, and releases it also when this throws.
    init(_ handle: OpaquePointer, engine: ORTEngine, keeping memory: [TensorMemory]) throws(HubError) {
        self.handle = handle
        self.engine = engine
        self.memory = memory
        do throws(HubError) {
            let functions = engine.library.functions.pointee
            inputs = try Self.ports(
                of: handle,
                engine,
                functions.SessionGetInputCount,
                functions.SessionGetInputName,
                functions.SessionGetInputTypeInfo
            )
            outputs = try Self.ports(
                of: handle,
                engine,
                functions.SessionGetOutputCount,
                functions.SessionGetOutputName,
                functions.SessionGetOutputTypeInfo
            )
        } catch {
            engine.library.functions.pointee.ReleaseSession(handle)
            throw error
        }
    }

    deinit { functions.pointee.ReleaseSession(handle) }

    private static func ports(
        of session: OpaquePointer,
        _ engine: ORTEngine,
        _ count: (OpaquePointer?, UnsafeMutablePointer<Int>?) -> OpaquePointer?,
        _ name: (OpaquePointer?, Int, OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) ->
            OpaquePointer?,
        _ type: (OpaquePointer?, Int, UnsafeMutablePointer<OpaquePointer?>?) -> OpaquePointer?
    ) throws(HubError) -> [TensorPort] {
        let library = engine.library
        let failed = "The network's inputs and outputs cannot be read"
        var total = 0
        try library.check(count(session, &total), .unprocessable, failed)
        var ports: [TensorPort] = []
        for index in 0..<total {
            var text: UnsafeMutablePointer<CChar>?
            try library.check(name(session, index, engine.allocator, &text), .unprocessable, failed)
            let spelled = text.map { String(cString: $0) } ?? ""
            try library.check(library.functions.pointee.AllocatorFree(engine.allocator, text), .internal, failed)
            let info = try library.make(.unprocessable, failed) { type(session, index, $0) }
            defer { library.functions.pointee.ReleaseTypeInfo(info) }
            var tensor: OpaquePointer?
            try library.check(
                library.functions.pointee.CastTypeInfoToTensorInfo(info, &tensor),
                .unprocessable,
                failed
            )
            guard let tensor else { throw HubError(.unsupported, "\(spelled) of the network is no tensor") }
            ports.append(try engine.port(spelled, tensor))
        }
        return ports
    }

    func run(
        _ inputs: [String: Tensor],
        outputs wanted: [String]?,
        cancellation: RunCancellation?
    ) throws -> [String: Tensor] {
        for port in self.inputs {
            guard let tensor = inputs[port.name] else {
                throw HubError(.badRequest, "The network needs an input \(port.name)")
            }
            try Self.check(tensor, fits: port)
        }
        let names = wanted ?? outputs.map(\.name)
        for name in names where !outputs.contains(where: { $0.name == name }) {
            throw HubError(.badRequest, "The network has no output \(name)")
        }
        var results: [String: Tensor] = [:]
        for (name, value) in zip(names, try compute(inputs, names, cancellation)) {
            results[name] = try engine.take(value, name: name)
        }
        return results
    }

    private func compute(
        _ inputs: [String: Tensor],
        _ names: [String],
        _ cancellation: RunCancellation?
    ) throws(HubError) -> [ORTValue] {
        let library = engine.library
        var given: [OpaquePointer?] = []
        defer { for case let value? in given { functions.pointee.ReleaseValue(value) } }
        for port in self.inputs {
            if let tensor = inputs[port.name] { given.append(try engine.view(tensor)) }
        }
        let options = try library.make { functions.pointee.CreateRunOptions($0) }
        defer { functions.pointee.ReleaseRunOptions(options) }
        var results = [OpaquePointer?](repeating: nil, count: names.count)
        let call = {
            withCStrings(self.inputs.map(\.name)) { inputNames in
                withCStrings(names) { outputNames in
                    self.functions.pointee.Run(
                        self.handle,
                        options,
                        inputNames,
                        &given,
                        given.count,
                        outputNames,
                        names.count,
                        &results
                    )
                }
            }
        }
        let status: OpaquePointer?
        if let cancellation {
            nonisolated(unsafe) let stopped = options
            let ended = cancellation.whileRunning(
                stop: { [engine] in
                    let status = engine.library.functions.pointee.RunOptionsSetTerminate(stopped)
                    if let status { engine.library.functions.pointee.ReleaseStatus(status) }
                },
                call
            )
            guard let ended else { throw Self.cancelled }
            status = ended
        } else {
            status = call()
        }
        // The inputs are read in place, so they have to be there until here.
        withExtendedLifetime(inputs) {}
        let values = results.compactMap { $0.map { ORTValue($0, library) } }
        do throws(HubError) {
            try library.check(status, .unprocessable, "The network failed on this input")
        } catch {
            throw cancellation?.isCancelled == true ? Self.cancelled : error
        }
        guard values.count == names.count else { throw HubError(.internal, "The network gave too few outputs") }
        return values
    }

    private static var cancelled: HubError { HubError(.timeout, "Inference was stopped before it was done") }

    private static func check(_ tensor: Tensor, fits port: TensorPort) throws(HubError) {
        let fits =
            tensor.type == port.type && tensor.shape.count == port.shape.count
            && zip(tensor.shape, port.shape).allSatisfy { size, axis in
                switch axis {
                case .fixed(let fixed): size == fixed
                case .named: true
                }
            }
        guard !fits else { return }
        let expected = port.shape.map { axis in
            switch axis {
            case .fixed(let size): "\(size)"
            case .named(let name): name.isEmpty ? "any" : name
            }
        }
        throw HubError(
            .badRequest,
            "The input \(port.name) must be \(port.type.rawValue) [\(expected.joined(separator: ", "))], "
                + "and is \(tensor.type.rawValue) \(tensor.shape)"
        )
    }
}
