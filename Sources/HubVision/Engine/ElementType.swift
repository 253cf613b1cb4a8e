// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What the elements of a tensor are.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    case float32
    case float64
    case float16
    case bfloat16
    case int8
    case int16
    case int32
    case int64
    case uint8
    case uint16
    case uint32
    case uint64
    case bool

    /// Bytes per element.
    public var byteWidth: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}
