// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The ways a safetensors file can be malformed, one case each.
public enum SafetensorsError: Error, Sendable, Hashable {
    /// The file ends before its header does.
    case truncatedHeader
    /// The header claims this many bytes, more than `SafetensorsHeader.maximumHeaderSize`.
    case headerTooLarge(UInt64)
    /// The header does not begin with `{`.
    case headerNotObject
    case invalidJSON(JSONError)
    /// `__metadata__` is not an object of strings.
    case badMetadata
    /// The entry lacks a member or has one of the wrong type.
    case badEntry(tensor: String)
    case unknownDType(tensor: String, dtype: String)
    /// A dimension is negative.
    case badShape(tensor: String)
    /// The product of the dimensions does not fit.
    case sizeOverflow(tensor: String)
    /// The elements of a type narrower than a byte do not fill whole bytes.
    case misaligned(tensor: String)
    /// The offsets are reversed or negative.
    case badOffsets(tensor: String)
    /// The offsets and the shape disagree on the size.
    case sizeMismatch(tensor: String)
    /// The tensor shares bytes with the one before it.
    case overlap(tensor: String)
    /// Bytes before this tensor belong to none.
    case hole(tensor: String)
    /// The tensor ends past the end of the file.
    case outOfRange(tensor: String)
    /// Bytes after the last tensor belong to none.
    case trailingBytes
    /// The index file is no object with a `weight_map` of file names.
    case badIndex
}

extension SafetensorsError: CustomStringConvertible {
    /// One clause, to follow the file's name and a colon.
    public var description: String {
        switch self {
        case .truncatedHeader: "the file ends before its header does"
        case .headerTooLarge(let size): "a header of \(size) bytes is longer than any is allowed to be"
        case .headerNotObject: "the header is no JSON object"
        case .invalidJSON(let error): "the header is no JSON: \(error)"
        case .badMetadata: "__metadata__ is no object of strings"
        case .badEntry(let tensor): "the entry of tensor \(tensor) lacks dtype, shape or data_offsets"
        case .unknownDType(let tensor, let dtype): "tensor \(tensor) has the unknown type \(dtype)"
        case .badShape(let tensor): "tensor \(tensor) has a negative dimension"
        case .sizeOverflow(let tensor): "tensor \(tensor) is larger than any file can be"
        case .misaligned(let tensor): "tensor \(tensor) does not fill whole bytes"
        case .badOffsets(let tensor): "tensor \(tensor) has reversed or negative offsets"
        case .sizeMismatch(let tensor): "the shape and the offsets of tensor \(tensor) disagree"
        case .overlap(let tensor): "tensor \(tensor) overlaps the one before it"
        case .hole(let tensor): "bytes before tensor \(tensor) belong to none"
        case .outOfRange(let tensor): "tensor \(tensor) ends past the end of the file"
        case .trailingBytes: "bytes after the last tensor belong to none"
        case .badIndex: "the index has no weight_map of file names"
        }
    }
}
