// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Something a verb prints a list of: rows for people, JSON for programs.
protocol ListDisplayable {
    static var columns: [Table.Column] { get }
    /// One cell for each column.
    var cells: [String] { get }
    var json: JSONValue { get }
}

extension Terminal {
    /// The items as a table, or as one JSON array.
    func list<Item: ListDisplayable>(_ items: [Item], asJSON: Bool) {
        if asJSON {
            data(JSONValue.array(items.map(\.json)).serialized)
        } else {
            for line in Table(columns: Item.columns, rows: items.map(\.cells)).lines { data(line) }
        }
    }
}

/// Columns padded to their widest cell, two spaces apart, with a heading; nothing at all when there are no rows.
struct Table: Sendable {
    struct Column: Sendable {
        let title: String
        let isNumber: Bool

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    let columns: [Column]
    let rows: [[String]]

    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        let all = [columns.map(\.title)] + rows.map { $0.map(Self.printable) }
        let widths = columns.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, width) in widths.enumerated() {
                let cell = column < row.count ? row[column] : ""
                let padding = String(repeating: " ", count: width - cell.count)
                line += (column == 0 ? "" : "  ") + (columns[column].isNumber ? padding + cell : cell + padding)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Names come from strangers: what could steer a terminal is shown as a question mark.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
            )
        )
    }
}
