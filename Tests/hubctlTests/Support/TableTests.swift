// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct TableTests {
    private let columns: [Table.Column] = [.init("NAME"), .init("SIZE", isNumber: true), .init("NOTE")]

    @Test func `columns are as wide as their widest cell and numbers are flush right`() {
        let table = Table(columns: columns, rows: [["a", "10 B", "x"], ["longer", "5 B", ""]])
        #expect(table.lines == ["NAME    SIZE  NOTE", "a       10 B  x", "longer   5 B"])
    }

    @Test func `an empty list prints nothing`() {
        #expect(Table(columns: columns, rows: []).lines.isEmpty)
    }

    @Test func `what could steer a terminal is shown as question marks`() {
        #expect(Table.printable("a\u{1B}[31m\nb\u{9B}") == "a?[31m?b?")
        #expect(Table.printable("grüße") == "grüße")
    }

    @Test func `a repo's line has its task, also when it is only in the tags`() throws {
        let json = try JSONValue(
            parsing: Array(
                #"{"id":"a/b","tags":["x","task_categories:ocr"],"likes":3,"lastModified":"2026-01-02T03:04:05Z"}"#.utf8
            )
        )
        #expect(RepoSummary(json: json).cells == ["a/b", "ocr", "", "3", "2026-01-02", ""])
        #expect(RepoSummary(json: json).json == json)
    }
}
