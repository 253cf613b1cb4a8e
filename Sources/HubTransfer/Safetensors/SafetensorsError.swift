// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

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
