// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Numbers in a box: a shape and, in row-major order without gaps, the elements.
public struct Tensor: Sendable {
    public let type: ElementType
    /// Sizes of the axes, outermost first; empty for a scalar. None is negative.
    public let shape: [Int]
    /// Where the elements lie.
    public let memory: TensorMemory
    /// Bytes from the start of `memory` to the first element.
    public let offset: Int

    /// Number of elements.
    public let count: Int

    public var byteCount: Int { count * type.byteWidth }

    /// A view of memory; `nil` when the shape's size overflows, the bytes are not all there, or they do not lie at a
    /// multiple of the element's width.
    public init?(type: ElementType, shape: [Int], memory: TensorMemory, offset: Int = 0) {
        guard let bytes = Self.byteCount(of: shape, type: type), offset >= 0, offset <= memory.bytes.count,
            bytes <= memory.bytes.count - offset,
            let base = memory.bytes.baseAddress, UInt(bitPattern: base + offset) % UInt(type.byteWidth) == 0
        else { return nil }
        self.init(checked: type, shape, memory, offset, count: bytes / type.byteWidth)
    }

    /// Copies values; `nil` when there are not as many as the shape needs.
    public init?(_ values: [Float], shape: [Int]) { self.init(copying: values, type: .float32, shape: shape) }

    /// Copies values; `nil` when there are not as many as the shape needs.
    public init?(_ values: [Int64], shape: [Int]) { self.init(copying: values, type: .int64, shape: shape) }

    /// Makes a tensor by filling its elements; `nil` when the shape's size overflows.
    public init?<Element: BitwiseCopyable>(
        _ type: ElementType,
        shape: [Int],
        as element: Element.Type,
        fill: (UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        guard type.byteWidth == MemoryLayout<Element>.stride, let bytes = Self.byteCount(of: shape, type: type) else {
            return nil
        }
        let memory = TensorMemory(count: bytes) { $0.withMemoryRebound(to: element, fill) }
        self.init(checked: type, shape, memory, 0, count: bytes / type.byteWidth)
    }

    /// A vector; its length is its shape.
    public init(vector values: [Float]) {
        self.init(checked: .float32, [values.count], Self.memory(copying: values), 0, count: values.count)
    }

    /// A vector; its length is its shape.
    public init(vector values: [Int64]) {
        self.init(checked: .int64, [values.count], Self.memory(copying: values), 0, count: values.count)
    }

    public init(scalar value: Float) {
        self.init(checked: .float32, [], Self.memory(copying: [value]), 0, count: 1)
    }

    public init(scalar value: Int64) {
        self.init(checked: .int64, [], Self.memory(copying: [value]), 0, count: 1)
    }

    private init<Element: BitwiseCopyable>(checkedCopy values: [Element], type: ElementType, shape: [Int]) {
        self.init(checked: type, shape, Self.memory(copying: values), 0, count: values.count)
    }

    private init?<Element: BitwiseCopyable>(copying values: [Element], type: ElementType, shape: [Int]) {
        guard Self.byteCount(of: shape, type: type) == values.count * type.byteWidth else { return nil }
        self.init(checkedCopy: values, type: type, shape: shape)
    }

    private init(checked type: ElementType, _ shape: [Int], _ memory: TensorMemory, _ offset: Int, count: Int) {
        self.type = type
        self.shape = shape
        self.memory = memory
        self.offset = offset
        self.count = count
    }

    private static func memory<Element: BitwiseCopyable>(copying values: [Element]) -> TensorMemory {
        values.withUnsafeBytes { source in
            TensorMemory(count: source.count) { $0.copyMemory(from: source) }
        }
    }

    private static func byteCount(of shape: [Int], type: ElementType) -> Int? {
        var bytes = type.byteWidth
        for size in shape {
            let (product, overflowed) = bytes.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflowed else { return nil }
            bytes = product
        }
        return bytes
    }

    /// The same elements in another shape; `nil` when that has not as many.
    public func reshaped(_ shape: [Int]) -> Tensor? {
        Self.byteCount(of: shape, type: type) == byteCount
            ? Tensor(checked: type, shape, memory, offset, count: count) : nil
    }

    /// The elements as they lie in memory.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(rebasing: memory.bytes[offset..<(offset + byteCount)]))
        }
    }

    /// The elements, when they are of 32-bit floating point; else `nil`.
    public func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result? {
        guard type == .float32 else { return nil }
        return try withBytes { try $0.withMemoryRebound(to: Float.self, body) }
    }

    /// The elements, when they are 64-bit integers; else `nil`.
    public func withIntegers<Result>(_ body: (UnsafeBufferPointer<Int64>) throws -> Result) rethrows -> Result? {
        guard type == .int64 else { return nil }
        return try withBytes { try $0.withMemoryRebound(to: Int64.self, body) }
    }
}
