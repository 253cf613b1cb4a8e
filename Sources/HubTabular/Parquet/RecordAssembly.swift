// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Puts the rows of one top-level column together from what its leaves have.
struct RecordAssembly {
    private let firstLeaf: Int
    private let leaves: [LeafEntries]
    private var entry: [Int]
    private var value: [Int]

    init(_ column: ParquetNode, _ leaves: [LeafEntries]) {
        firstLeaf = column.leaves.lowerBound
        self.leaves = leaves
        entry = [Int](repeating: 0, count: leaves.count)
        value = entry
    }

    /// - Parameter count: rows that there are to be.
    static func cells(_ column: ParquetNode, _ leaves: [LeafEntries], count: Int) throws -> [CellValue] {
        if column.isLeaf, column.element.repetition != .repeated, let leaf = leaves.first {
            return try flat(column, leaf, count)
        }
        var assembly = RecordAssembly(column, leaves)
        return try (0..<count).map { _ in try assembly.read(column) }
    }

    private static func flat(_ column: ParquetNode, _ leaf: LeafEntries, _ count: Int) throws -> [CellValue] {
        guard leaf.definition.count == count else { throw TabularError.missingRows }
        if leaf.values.count == count { return leaf.values }
        var values = leaf.values.makeIterator()
        return leaf.definition.map { $0 == column.definition ? values.next() ?? .null : .null }
    }

    private mutating func read(_ node: ParquetNode) throws -> CellValue {
        switch node.element.repetition {
        case .required: return try content(node)
        case .optional:
            if try definition(node) < node.definition {
                try pass(node)
                return .null
            }
            return try content(node)
        case .repeated: return try items(node, of: node)
        }
    }

    private mutating func content(_ node: ParquetNode) throws -> CellValue {
        if node.isLeaf {
            let leaf = node.leaves.lowerBound - firstLeaf
            guard entry[leaf] < leaves[leaf].definition.count, value[leaf] < leaves[leaf].values.count else {
                throw TabularError.missingRows
            }
            entry[leaf] += 1
            value[leaf] += 1
            return leaves[leaf].values[value[leaf] - 1]
        }
        if let repeated = node.repeatedChild {
            return try items(repeated, of: node.element.meaning == .map ? repeated : repeated.listElement)
        }
        return .record(try node.children.map { .init($0.element.name, try read($0)) })
    }

    /// The items of a repeated node; each is the node itself or the one element in it.
    private mutating func items(_ node: ParquetNode, of element: ParquetNode) throws -> CellValue {
        if try definition(node) < node.definition {
            try pass(node)
            return .list([])
        }
        var items: [CellValue] = []
        repeat {
            items.append(element === node ? try content(node) : try read(element))
        } while repetition(node) == node.repetition
        return .list(items)
    }

    private func definition(_ node: ParquetNode) throws -> UInt8 {
        let leaf = node.leaves.lowerBound - firstLeaf
        guard entry[leaf] < leaves[leaf].definition.count else { throw TabularError.missingRows }
        return leaves[leaf].definition[entry[leaf]]
    }

    /// Of the entry that comes next; `nil` at the end.
    private func repetition(_ node: ParquetNode) -> UInt8? {
        let leaf = node.leaves.lowerBound - firstLeaf
        guard entry[leaf] < leaves[leaf].repetition.count else { return nil }
        return leaves[leaf].repetition[entry[leaf]]
    }

    /// Passes over the one entry that every leaf below has for what is not there.
    private mutating func pass(_ node: ParquetNode) throws {
        for leaf in node.leaves {
            guard entry[leaf - firstLeaf] < leaves[leaf - firstLeaf].definition.count else {
                throw TabularError.missingRows
            }
            entry[leaf - firstLeaf] += 1
        }
    }
}

extension TabularError {
    static let missingRows = TabularError("its columns do not have the rows that it says")
}
