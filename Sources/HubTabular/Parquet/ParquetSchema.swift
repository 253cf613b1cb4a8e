// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A node of a Parquet schema with what its place in the tree means for reading.
final class ParquetNode: Sendable {
    let element: ParquetElement
    let children: [ParquetNode]
    /// The definition level of a value that is there, and how many nodes up to here repeat.
    let definition: UInt8
    let repetition: UInt8
    /// The leaves below, by their number in the file.
    let leaves: Range<Int>

    init(
        _ element: ParquetElement,
        children: [ParquetNode],
        definition: UInt8,
        repetition: UInt8,
        leaves: Range<Int>
    ) {
        self.element = element
        self.children = children
        self.definition = definition
        self.repetition = repetition
        self.leaves = leaves
    }

    var isLeaf: Bool { children.isEmpty && element.physical != nil }

    /// The repeated node of a list or map; `nil` when this is neither.
    var repeatedChild: ParquetNode? {
        guard element.meaning == .list || element.meaning == .map, children.count == 1,
            let child = children.first, child.element.repetition == .repeated
        else { return nil }
        return child
    }

    /// Of a list's repeated node: what its elements are, one level deeper in files that follow today's rules.
    var listElement: ParquetNode {
        guard !isLeaf, children.count == 1, let only = children.first, element.name != "array",
            !element.name.hasSuffix("_tuple")
        else { return self }
        return only
    }

    /// Leaf nodes in the order of the file.
    var leafNodes: [ParquetNode] { isLeaf ? [self] : children.flatMap(\.leafNodes) }
}

/// Builds the tree from its lines.
enum ParquetSchema {
    private static let maximumDepth = 48

    /// The top-level columns.
    static func columns(_ elements: [ParquetElement]) throws -> [ParquetNode] {
        guard let root = elements.first else { throw TabularError.metadata }
        var position = 1
        var leaves = 0
        var columns: [ParquetNode] = []
        guard root.childCount >= 0, root.childCount < elements.count || elements.count == 1 else {
            throw TabularError.metadata
        }
        for _ in 0..<root.childCount {
            columns.append(try node(elements, &position, &leaves, definition: 0, repetition: 0, depth: 0))
        }
        guard position == elements.count else { throw TabularError.metadata }
        return columns
    }

    private static func node(
        _ elements: [ParquetElement],
        _ position: inout Int,
        _ leaves: inout Int,
        definition: UInt8,
        repetition: UInt8,
        depth: Int
    ) throws -> ParquetNode {
        guard depth < maximumDepth, position < elements.count else { throw TabularError.metadata }
        let element = elements[position]
        position += 1
        let definition = definition + (element.repetition == .required ? 0 : 1)
        let repetition = repetition + (element.repetition == .repeated ? 1 : 0)
        let first = leaves
        var children: [ParquetNode] = []
        if element.physical == nil {
            guard element.childCount >= 0, element.childCount <= elements.count - position else {
                throw TabularError.metadata
            }
            for _ in 0..<element.childCount {
                children.append(
                    try node(
                        elements,
                        &position,
                        &leaves,
                        definition: definition,
                        repetition: repetition,
                        depth: depth + 1
                    )
                )
            }
            // A group without columns says nothing of how many there are.
            guard leaves > first else { throw TabularError("it has a group without columns") }
        } else {
            guard element.childCount == 0 else { throw TabularError.metadata }
            leaves += 1
        }
        return ParquetNode(
            element,
            children: children,
            definition: definition,
            repetition: repetition,
            leaves: first..<leaves
        )
    }
}
