// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Tensor {
    /// The elements as 32-bit floating point: this tensor itself if it is that, else a copy; `nil` for types that are no
    /// floating point.
    public func asFloat32() -> Tensor? {
        switch type {
        case .float32: self
        case .float16: converted(from: UInt16.self) { Float(halfBits: $0) }
        case .bfloat16: converted(from: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float64: converted(from: Double.self) { Float($0) }
        default: nil
        }
    }

    private func converted<Source: BitwiseCopyable>(
        from source: Source.Type,
        _ convert: (Source) -> Float
    ) -> Tensor? {
        withBytes { bytes in
            bytes.withMemoryRebound(to: source) { elements in
                Tensor(.float32, shape: shape, as: Float.self) { target in
                    for index in elements.indices { target[index] = convert(elements[index]) }
                }
            }
        }
    }
}

extension Float {
    /// The value of an IEEE 754 half, given by its bits. `Float16` itself does not exist on every platform.
    init(halfBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            // Zero, or a subnormal: the fraction in units of 2^-24.
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
