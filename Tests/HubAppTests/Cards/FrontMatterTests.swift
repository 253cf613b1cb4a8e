// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Testing

@Suite struct FrontMatterTests {
    @Test(arguments: [
        ("---\na: 1\n---\n# T\n", "a: 1\n", "# T\n"),
        ("\u{FEFF}---\na: 1\n---\nx", "a: 1\n", "x"),
        ("---\r\na: 1\r\n---\r\nx\r\n", "a: 1\r\n", "x\r\n"),
        ("\n\n---\na: 1\n---", "a: 1\n", ""),
        ("---\na: 1\n...\nx", "a: 1\n", "x"),
        ("---\n---\nx", "", "x"),
        ("---\na: 1\n---\nx\n---\ny", "a: 1\n", "x\n---\ny"),
    ])
    func `front matter and body are cut apart`(readme: String, yaml: String, body: String) {
        let parts = FrontMatter(readme: readme.utf8)
        #expect(parts.yaml == yaml)
        #expect(parts.body == body)
        #expect(parts.problem == nil)
    }

    @Test(arguments: ["# T\n---\na: 1\n---\n", "", "---", "----\na: 1\n----\n", "text"])
    func `a text without front matter is all body`(readme: String) {
        let parts = FrontMatter(readme: readme.utf8)
        #expect(parts.yaml == nil)
        #expect(parts.body == readme)
    }

    @Test func `an unclosed or huge front matter is named`() {
        #expect(FrontMatter(readme: "---\na: 1\n# T".utf8).problem == .unclosed)
        let huge = "---\na: \(String(repeating: "x", count: FrontMatter.maximumSize))\n---\n"
        #expect(FrontMatter(readme: huge.utf8).problem == .tooLarge)
    }
}
