// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
import HubCore
import HubVision

extension ElementType {
    var engineCode: CInt {
        let code =
            switch self {
            case .float32: hub_ort_float32
            case .float64: hub_ort_float64
            case .float16: hub_ort_float16
            case .bfloat16: hub_ort_bfloat16
            case .int8: hub_ort_int8
            case .int16: hub_ort_int16
            case .int32: hub_ort_int32
            case .int64: hub_ort_int64
            case .uint8: hub_ort_uint8
            case .uint16: hub_ort_uint16
            case .uint32: hub_ort_uint32
            case .uint64: hub_ort_uint64
            case .bool: hub_ort_bool
            }
        return CInt(code.rawValue)
    }

    /// `nil` for what is no number: strings.
    init?(engineCode code: CInt) {
        guard let type = ElementType.allCases.first(where: { $0.engineCode == code }) else { return nil }
        self = type
    }
}

/// An engine's tensor that is released with this object.
final class ORTValue: @unchecked Sendable {
    // Unchecked: the engine is done with it when it is given to us.
    let handle: OpaquePointer
    private let library: ORTLibrary

    init(_ handle: OpaquePointer, _ library: ORTLibrary) {
        self.handle = handle
        self.library = library
    }

    deinit { library.functions.pointee.ReleaseValue(handle) }
}

extension ORTEngine {
    /// An engine's tensor over the memory of ours, which has to live as long.
    func view(_ tensor: Tensor) throws(HubError) -> OpaquePointer {
        let shape = tensor.shape.map { Int64($0) }
        return try library.make(.internal, "A tensor was refused") { out in
            tensor.withBytes { bytes in
                // The engine's interface does not say const, but it only reads inputs and constants.
                library.functions.pointee.CreateTensorWithDataAsOrtValue(
                    memoryInfo,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                    bytes.count,
                    shape,
                    shape.count,
                    tensor.type.engineCode,
                    out
                )
            }
        }
    }

    /// An engine's tensor with memory of its own.
    func copy(_ tensor: Tensor) throws(HubError) -> OpaquePointer {
        let shape = tensor.shape.map { Int64($0) }
        let functions = library.functions
        let value = try library.make(.internal, "A tensor was refused") {
            functions.pointee.CreateTensorAsOrtValue(allocator, shape, shape.count, tensor.type.engineCode, $0)
        }
        var data: UnsafeMutableRawPointer?
        do throws(HubError) {
            try library.check(functions.pointee.GetTensorMutableData(value, &data), .internal, "A tensor was refused")
        } catch {
            functions.pointee.ReleaseValue(value)
            throw error
        }
        tensor.withBytes { bytes in
            if let data, let source = bytes.baseAddress { data.copyMemory(from: source, byteCount: bytes.count) }
        }
        return value
    }

    /// Our tensor over the memory of an engine's.
    func take(_ owned: ORTValue, name: String) throws(HubError) -> Tensor {
        let functions = library.functions
        let failed = "The output \(name) cannot be read"
        var isTensor: CInt = 0
        try library.check(functions.pointee.IsTensor(owned.handle, &isTensor), .unprocessable, failed)
        guard isTensor != 0 else { throw HubError(.unsupported, "The output \(name) is no tensor") }
        let info = try library.make { functions.pointee.GetTensorTypeAndShape(owned.handle, $0) }
        defer { functions.pointee.ReleaseTensorTypeAndShapeInfo(info) }
        let port = try port(name, info)
        var shape: [Int] = []
        for case .fixed(let size) in port.shape { shape.append(size) }
        var data: UnsafeMutableRawPointer?
        try library.check(functions.pointee.GetTensorMutableData(owned.handle, &data), .unprocessable, failed)
        let count = shape.reduce(port.type.byteWidth, *)
        let memory: TensorMemory
        if let data, count > 0 {
            memory = TensorMemory(UnsafeRawBufferPointer(start: data, count: count)) { withExtendedLifetime(owned) {} }
        } else {
            memory = TensorMemory(count: 0) { _ in }
        }
        guard let tensor = Tensor(type: port.type, shape: shape, memory: memory) else {
            throw HubError(.internal, failed)
        }
        return tensor
    }

    /// What the engine says of a tensor's type and shape.
    func port(_ name: String, _ info: OpaquePointer) throws(HubError) -> TensorPort {
        let functions = library.functions
        let failed = "The type of \(name) cannot be read"
        var code: CInt = 0
        try library.check(functions.pointee.GetTensorElementType(info, &code), .unprocessable, failed)
        guard let type = ElementType(engineCode: code) else {
            throw HubError(.unsupported, "\(name) is not made of numbers")
        }
        var rank = 0
        try library.check(functions.pointee.GetDimensionsCount(info, &rank), .unprocessable, failed)
        var sizes = [Int64](repeating: 0, count: rank)
        try library.check(functions.pointee.GetDimensions(info, &sizes, rank), .unprocessable, failed)
        var names = [UnsafePointer<CChar>?](repeating: nil, count: rank)
        try library.check(functions.pointee.GetSymbolicDimensions(info, &names, rank), .unprocessable, failed)
        let axes = zip(sizes, names).map { size, name in
            Int(exactly: size).flatMap { $0 >= 0 ? .fixed($0) : nil }
                ?? TensorPort.Axis.named(name.map { String(cString: $0) } ?? "")
        }
        return TensorPort(name, type, axes)
    }
}
