// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The size of an axis: a number, or an expression in the sizes of the network's inputs.
///
/// Networks whose inputs have a fixed size come out with numbers only; for others, shapes that an operator has to be told
/// are computed in the graph. No size is negative.
public indirect enum Dimension: Sendable, Hashable {
    case constant(Int)
    /// The size of an input's axis.
    case axis(input: String, index: Int)
    case sum(Dimension, Int)
    case binary(Operation, Dimension, Dimension)

    public enum Operation: String, Sendable, Hashable {
        case add = "Add"
        case subtract = "Sub"
        case multiply = "Mul"
        /// Rounded down.
        case divide = "Div"
        case remainder = "Mod"
        case maximum = "Max"
        case minimum = "Min"

        func callAsFunction(_ left: Int, _ right: Int) -> Int {
            // Saturated: a size out of a hostile configuration must not trap; no tensor has it, so building fails soon after.
            switch self {
            case .add: Self.saturated(left.addingReportingOverflow(right))
            case .subtract: Self.saturated(left.subtractingReportingOverflow(right))
            case .multiply: Self.saturated(left.multipliedReportingOverflow(by: right))
            case .divide: right == 0 ? 0 : Self.saturated(left.dividedReportingOverflow(by: right))
            case .remainder: right == 0 ? 0 : Self.saturated(left.remainderReportingOverflow(dividingBy: right))
            case .maximum: Swift.max(left, right)
            case .minimum: Swift.min(left, right)
            }
        }

        private static func saturated(_ result: (partialValue: Int, overflow: Bool)) -> Int {
            result.overflow ? .max : result.partialValue
        }
    }

    /// The number, if it is one.
    public var value: Int? {
        guard case .constant(let value) = self else { return nil }
        return value
    }
}

extension Dimension: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .constant(value) }

    public static func + (left: Dimension, right: Dimension) -> Dimension {
        switch (left, right) {
        case (.constant(let left), .constant(let right)): .constant(Operation.add(left, right))
        case (_, 0): left
        case (0, _): right
        case (.sum(let term, let first), .constant(let second)): term + .constant(Operation.add(first, second))
        case (_, .constant(let constant)): .sum(left, constant)
        case (.constant, _): right + left
        default: .binary(.add, left, right)
        }
    }

    public static func - (left: Dimension, right: Dimension) -> Dimension {
        if let constant = right.value { return left + .constant(Operation.subtract(0, constant)) }
        if left == right { return 0 }
        return .binary(.subtract, left, right)
    }

    public static func * (left: Dimension, right: Dimension) -> Dimension {
        switch (left, right) {
        case (.constant(let left), .constant(let right)): .constant(Operation.multiply(left, right))
        case (_, 1): left
        case (1, _): right
        default: .binary(.multiply, left, right)
        }
    }

    /// Rounded down.
    public static func / (left: Dimension, right: Dimension) -> Dimension {
        switch (left, right) {
        case (.constant(let left), .constant(let right)): .constant(Operation.divide(left, right))
        case (_, 1): left
        default: .binary(.divide, left, right)
        }
    }

    public static func % (left: Dimension, right: Dimension) -> Dimension { fold(.remainder, left, right) }

    public static func max(_ left: Dimension, _ right: Dimension) -> Dimension { fold(.maximum, left, right) }

    public static func min(_ left: Dimension, _ right: Dimension) -> Dimension { fold(.minimum, left, right) }

    /// Rounded up.
    func dividedRoundingUp(by divisor: Int) -> Dimension { (self + .constant(divisor - 1)) / .constant(divisor) }

    /// What is missing to a multiple of `unit`.
    func gap(toMultipleOf unit: Int) -> Dimension { (.constant(unit) - self % .constant(unit)) % .constant(unit) }

    private static func fold(_ operation: Operation, _ left: Dimension, _ right: Dimension) -> Dimension {
        guard let first = left.value, let second = right.value else { return .binary(operation, left, right) }
        return .constant(operation(first, second))
    }
}
