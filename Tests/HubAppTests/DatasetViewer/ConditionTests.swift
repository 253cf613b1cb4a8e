// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular
import Testing

@testable import HubApp

struct ConditionTests {
    private static let columns = ["n", "text", "flag", "odd name"]
    private static let rows: [[CellValue]] = [
        [.int(1), .string("apple"), .bool(true), .double(0.5)],
        [.int(2), .string("Banana%"), .bool(false), .double(.nan)],
        [.int(3), .null, .null, .null],
        [.int(-4), .string("it's"), .bool(true), .double(1e3)],
    ]

    private func matches(_ text: String) throws -> [Int] {
        let condition = try RowCondition(parsing: text, columns: Self.columns)
        return Self.rows.indices.filter { row in condition.isTrue { Self.rows[row][$0] } }
    }

    @Test(
        arguments: [
            (#""n" = 1"#, [0]), (#""n" <> 1"#, [1, 2, 3]), ("n>=2", [1, 2]), ("n = -4", [3]), ("2 > n", [0, 3]),
            (#""text" = 'it''s'"#, [3]), ("text LIKE 'a%'", [0]), ("text NOT LIKE 'a%'", [1, 3]),
            ("text ILIKE 'b_N%'", [1]), ("text like '%%%'", [0, 1, 3]), ("text IS NULL", [2]),
            ("text is not null", [0, 1, 3]),
            ("n IN (1, 3, 99)", [0, 2]), ("n NOT IN (1, 3)", [1, 3]), ("n NOT IN (1, NULL)", []),
            ("n BETWEEN 1 AND 2", [0, 1]),
            ("flag", [0, 3]), ("NOT flag", [1]), ("flag = TRUE", [0, 3]), (#""odd name" > 0.1"#, [0, 3]),
            ("n = 1 OR n = 2 AND flag", [0]), ("(n = 1 OR n = 2) AND NOT flag", [1]), ("NOT (text = 'apple')", [1, 3]),
            ("text = 'apple' OR text IS NULL", [0, 2]), ("n < '2'", [0, 3]),
        ] as [(String, [Int])]
    )
    func `conditions are true of the rows that SQL says`(text: String, rows: [Int]) throws {
        #expect(try matches(text) == rows)
    }

    @Test(
        arguments: [
            "", "n =", "= 1", "n = 1 AND", "nope = 1", "n = 'x", "(n = 1", "n = 1)", "n ! 1", "n LIKE 1", "n IN 1",
            "n IN ()",
            "n IS 1", "n = 1; DROP TABLE x", "n = 1 2", "SELECT", "n NOT 1", "1.2.3 = n",
        ]
    )
    func `what is no condition is an error`(text: String) {
        #expect { try matches(text) } throws: { ($0 as? HubError)?.code == .badRequest }
    }

    @Test func `nesting and length have an end`() {
        #expect(throws: HubError.self) {
            try matches(String(repeating: "(", count: 3000) + "n=1" + String(repeating: ")", count: 3000))
        }
        #expect(throws: HubError.self) { try matches(String(repeating: "NOT ", count: 1500) + "flag") }
        #expect(throws: HubError.self) { try matches(String(repeating: " ", count: 10_000) + "flag") }
    }

    @Test func `rows without a value come last, whichever way they are ordered`() throws {
        let keys: [(row: Int32, key: CellValue)] = [
            (0, .double(2)), (1, .null), (2, .double(1)), (3, .double(.nan)), (4, .double(2)),
        ]
        let up = try RowOrder(parsing: #""n""#, columns: Self.columns).sorted(keys).map(\.row)
        let down = try RowOrder(parsing: #""n" desc"#, columns: Self.columns).sorted(keys).map(\.row)
        #expect(up == [2, 0, 4, 1, 3])
        #expect(down == [0, 4, 2, 1, 3])
        for bad in ["", "nope", "n sideways", "n asc desc", "1"] {
            #expect(throws: HubError.self) { try RowOrder(parsing: bad, columns: Self.columns) }
        }
    }
}
