// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A tensor as it lies in a checkpoint's file.
public struct StoredTensor: Sendable {
    public let name: String
    public let dtype: SafetensorsDType
    public let shape: [Int]
    let memory: TensorMemory
    /// Bytes from the start of `memory`.
    let range: Range<Int>

    /// The tensor as it is stored; in place unless it does not lie at a multiple of its element's width.
    public func tensor() throws(HubError) -> Tensor {
        guard let type = ElementType(dtype) else {
            throw HubError(.unsupported, "Tensor \(name) is of type \(dtype.rawValue), which cannot be computed with")
        }
        // Older files end their header at any byte.
        let tensor =
            Tensor(type: type, shape: shape, memory: memory, offset: range.lowerBound)
            ?? Tensor(type: type, shape: shape, memory: TensorMemory(copying: memory.bytes[range]))
        guard let tensor else { throw HubError(.unprocessable, "Tensor \(name) does not lie where its file says") }
        return tensor
    }

    /// The tensor in 32-bit floating point: in place when that is what the file holds, else a copy.
    func float32() throws(HubError) -> Tensor {
        guard let floats = try tensor().asFloat32() else {
            throw HubError(.unsupported, "Tensor \(name) is of type \(dtype.rawValue); weights must be floating point")
        }
        return floats
    }
}

extension ElementType {
    init?(_ dtype: SafetensorsDType) {
        switch dtype {
        case .f32: self = .float32
        case .f64: self = .float64
        case .f16: self = .float16
        case .bf16: self = .bfloat16
        case .i8: self = .int8
        case .i16: self = .int16
        case .i32: self = .int32
        case .i64: self = .int64
        case .u8: self = .uint8
        case .u16: self = .uint16
        case .u32: self = .uint32
        case .u64: self = .uint64
        case .bool: self = .bool
        case .f4, .f6e2m3, .f6e3m2, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz, .c64: return nil
        }
    }
}

extension TensorMemory {
    fileprivate convenience init(copying bytes: Slice<UnsafeRawBufferPointer>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }
}
