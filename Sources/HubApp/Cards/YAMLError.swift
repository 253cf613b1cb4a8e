// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Why YAML was refused, and where.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In words for whoever wrote it.
    public let message: String
    /// Counted from 1.
    public let line: Int
    /// Counted from 1.
    public let column: Int

    public var description: String { "\(message) (line \(line), column \(column))" }
}
