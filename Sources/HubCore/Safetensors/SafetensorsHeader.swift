// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What the head of a safetensors file says about its tensors: eight bytes of length, then that much JSON.
public struct SafetensorsHeader: Sendable, Hashable {
    /// Longer headers are refused, in bytes; the reference implementation's limit.
    public static let maximumHeaderSize = 100_000_000
    /// Bytes of the little-endian length in front of the JSON.
    public static let prefixSize = 8

    public struct Tensor: Sendable, Hashable {
        public let name: String
        public let dtype: SafetensorsDType
        /// The dimensions, outermost first; empty for a scalar.
        public let shape: [Int64]
        /// Bytes from the end of the header.
        public let dataOffsets: Range<Int64>
        /// Number of elements.
        public let parameterCount: Int64
    }

    /// In the order of their bytes.
    public let tensors: [Tensor]
    /// The `__metadata__` member: free strings, such as `format`.
    public let metadata: [String: String]
    /// Bytes before the first tensor: the prefix and the JSON.
    public let byteCount: Int
    /// Elements per type.
    public let parameterCounts: [SafetensorsDType: Int64]
    /// Elements of all types.
    public let totalParameters: Int64

    /// How many bytes to read from the start of a file of `fileSize` bytes to have its whole header.
    public static func byteCount(
        prefix: some Sequence<UInt8>,
        fileSize: Int64
    ) throws(SafetensorsError) -> Int {
        var length: UInt64 = 0
        var read = 0
        for byte in prefix.prefix(prefixSize) {
            length |= UInt64(byte) << UInt64(read * 8)
            read += 1
        }
        guard read == prefixSize else { throw .truncatedHeader }
        guard length <= UInt64(maximumHeaderSize) else { throw .headerTooLarge(length) }
        let count = prefixSize + Int(length)
        guard Int64(count) <= fileSize else { throw .truncatedHeader }
        return count
    }

    /// Parses and checks the header at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The first bytes of the file, at least the whole header.
    ///   - fileSize: Bytes of the whole file; its tensors must fill it exactly.
    public init(
        parsing bytes: some RandomAccessCollection<UInt8>,
        fileSize: Int64
    ) throws(SafetensorsError) {
        byteCount = try Self.byteCount(prefix: bytes, fileSize: fileSize)
        guard bytes.count >= byteCount else { throw .truncatedHeader }
        let json = bytes.prefix(byteCount).dropFirst(Self.prefixSize)
        guard json.first == UInt8(ascii: "{") else { throw .headerNotObject }
        let members: JSONObject
        do throws(JSONError) {
            members = try JSONValue(parsing: json).objectValue ?? JSONObject()
        } catch {
            throw .invalidJSON(error)
        }
        metadata = try Self.metadata(members["__metadata__"])
        var tensors: [Tensor] = []
        tensors.reserveCapacity(members.count)
        for (name, entry) in members where name != "__metadata__" {
            tensors.append(try Tensor(name: name, entry: entry))
        }
        tensors.sort {
            ($0.dataOffsets.lowerBound, $0.dataOffsets.upperBound)
                < ($1.dataOffsets.lowerBound, $1.dataOffsets.upperBound)
        }
        try Self.checkLayout(of: tensors, dataSize: fileSize - Int64(byteCount))
        self.tensors = tensors
        (parameterCounts, totalParameters) = try Self.count(tensors)
    }

    private static func metadata(_ value: JSONValue?) throws(SafetensorsError) -> [String: String] {
        guard let value else { return [:] }
        guard let members = value.objectValue else { throw .badMetadata }
        var metadata: [String: String] = [:]
        for (key, value) in members {
            guard let text = value.stringValue else { throw .badMetadata }
            metadata[key] = text
        }
        return metadata
    }

    /// The tensors must follow one another from the first data byte to the last one.
    private static func checkLayout(of tensors: [Tensor], dataSize: Int64) throws(SafetensorsError) {
        var end: Int64 = 0
        for tensor in tensors {
            guard tensor.dataOffsets.lowerBound >= end else { throw .overlap(tensor: tensor.name) }
            guard tensor.dataOffsets.lowerBound == end else { throw .hole(tensor: tensor.name) }
            end = tensor.dataOffsets.upperBound
            guard end <= dataSize else { throw .outOfRange(tensor: tensor.name) }
        }
        guard end == dataSize else { throw .trailingBytes }
    }

    private static func count(
        _ tensors: [Tensor]
    ) throws(SafetensorsError) -> (perType: [SafetensorsDType: Int64], total: Int64) {
        var perType: [SafetensorsDType: Int64] = [:]
        var total: Int64 = 0
        for tensor in tensors {
            let (sum, overflowed) = total.addingReportingOverflow(tensor.parameterCount)
            guard !overflowed else { throw .sizeOverflow(tensor: tensor.name) }
            total = sum
            perType[tensor.dtype, default: 0] += tensor.parameterCount
        }
        return (perType, total)
    }
}

extension SafetensorsHeader.Tensor {
    init(name: String, entry: JSONValue) throws(SafetensorsError) {
        guard
            let dtypeName = entry["dtype"]?.stringValue,
            let dimensions = entry["shape"]?.arrayValue,
            let offsets = entry["data_offsets"]?.arrayValue, offsets.count == 2,
            case .int(let start)? = offsets.first, case .int(let end)? = offsets.last
        else { throw .badEntry(tensor: name) }
        guard let dtype = SafetensorsDType(rawValue: dtypeName) else {
            throw .unknownDType(tensor: name, dtype: dtypeName)
        }
        var shape: [Int64] = []
        var count: Int64 = 1
        for dimension in dimensions {
            guard case .int(let size) = dimension else { throw .badEntry(tensor: name) }
            guard size >= 0 else { throw .badShape(tensor: name) }
            let (product, overflowed) = count.multipliedReportingOverflow(by: size)
            guard !overflowed else { throw .sizeOverflow(tensor: name) }
            count = product
            shape.append(size)
        }
        let (bits, overflowed) = count.multipliedReportingOverflow(by: dtype.bitWidth)
        guard !overflowed else { throw .sizeOverflow(tensor: name) }
        guard bits.isMultiple(of: 8) else { throw .misaligned(tensor: name) }
        guard start >= 0, start <= end else { throw .badOffsets(tensor: name) }
        guard end - start == bits / 8 else { throw .sizeMismatch(tensor: name) }
        self.name = name
        self.dtype = dtype
        self.shape = shape
        dataOffsets = start..<end
        parameterCount = count
    }
}
