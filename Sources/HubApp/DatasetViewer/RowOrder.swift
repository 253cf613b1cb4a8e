// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// `"column" [ASC|DESC]`
struct RowOrder {
    let column: Int
    private let isDescending: Bool

    /// - Throws: ``HubError/Code/badRequest``.
    init(parsing text: String, columns: [String]) throws {
        let malformed = HubError(.badRequest, "orderby must be a column's name in double quotes, and ASC or DESC")
        guard text.utf8.count <= ConditionParser.maximumLength else { throw malformed }
        var tokens = try ConditionToken.all(text)[...]
        let name: String
        switch tokens.popFirst() {
        case .column(let text)?, .word(let text)?: name = text
        default: throw malformed
        }
        guard let column = columns.firstIndex(of: name) else {
            throw HubError(.badRequest, "There is no column \"\(name.prefix(100))\" to order by")
        }
        self.column = column
        switch tokens.popFirst() {
        case nil: isDescending = false
        case .word(let word)? where word.uppercased() == "ASC": isDescending = false
        case .word(let word)? where word.uppercased() == "DESC": isDescending = true
        default: throw malformed
        }
        guard tokens.isEmpty else { throw malformed }
    }

    /// What has no value comes last; equal ones keep the order of the split.
    func sorted(_ rows: [(row: Int32, key: CellValue)]) -> [(row: Int32, key: CellValue)] {
        func isMissing(_ cell: CellValue) -> Bool { cell.text == nil && cell.number.map(\.isNaN) ?? true }
        let there = rows.filter { !isMissing($0.key) }
        let sorted = there.sorted { left, right in
            let order = CellOrder.compare(left.key, right.key) ?? 0
            guard order != 0 else { return left.row < right.row }
            return isDescending ? order > 0 : order < 0
        }
        return sorted + rows.filter { isMissing($0.key) }
    }
}
