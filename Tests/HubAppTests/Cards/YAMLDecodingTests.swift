// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Testing

@Suite struct YAMLDecodingTests {
    @Test(
        arguments: [
            ("language: no", JSONValue.object(["language": "no"])), ("a: yes", ["a": "yes"]), ("a: true", ["a": true]),
            ("a: ~", ["a": nil]), ("a:", ["a": nil]), ("a: 'no'", ["a": "no"]), ("a: '1'", ["a": "1"]),
            ("a: 0x10", ["a": 16]), ("a: 1.5", ["a": 1.5]), ("a: 4.44.0", ["a": "4.44.0"]),
            ("a: 2024-01-01", ["a": "2024-01-01"]), ("a: .nan", ["a": ".nan"]), ("1: x", ["1": "x"]),
            ("true: x", ["true": "x"]), ("a: !!str 1", ["a": "1"]), ("a: 1K<n<10K", ["a": "1K<n<10K"]),
            ("- a\n- [b, {c: d}]", ["a", ["b", ["c": "d"]]]), ("a: &x [1]\nb: *x", ["a": [1], "b": [1]]),
            ("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3", ["a": ["k": 1, "l": 2], "b": ["k": 3, "l": 2]]),
            ("a: |\n  x\n  y\n", ["a": "x\ny\n"]),
        ] as [(String, JSONValue)]
    )
    func `yaml becomes json`(yaml: String, expected: JSONValue) throws {
        #expect(try YAMLDecoding.decode(yaml) == expected)
    }

    @Test(arguments: ["", "# only a comment\n"])
    func `an empty document is none`(yaml: String) throws {
        #expect(try YAMLDecoding.decode(yaml) == nil)
    }

    @Test(arguments: [
        ("a: 1\nb: [", 2), ("a: 1\n\tb: 2", 2), ("a: 1\na: 2", 2), ("a: *b", 1), ("a: !!python/object x", 1),
        ("a: 1\n---\nb: 2", 2), ("? [a]\n: b", 1), ("a: b: c", 1), ("a: &x [*x]", 1),
    ])
    func `malformed yaml names its line`(yaml: String, line: Int) throws {
        let error = #expect(throws: YAMLError.self) { try YAMLDecoding.decode(yaml) }
        #expect(try #require(error).line >= line)
    }

    @Test func `billion laughs are refused`() {
        var yaml = "a0: &a0 lol\n"
        for level in 1..<30 {
            let previous = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(previous)]\n"
        }
        #expect(throws: YAMLError.self) { try YAMLDecoding.decode(yaml) }
        #expect(throws: YAMLError.self) { try YAMLDecoding.decode(yaml + "? *a29\n: x\n") }
    }

    @Test func `a long text repeated by aliases is refused`() {
        let yaml =
            "a: &a \(String(repeating: "x", count: 100_000))\nb: [\(Array(repeating: "*a", count: 50).joined(separator: ","))]"
        #expect(throws: YAMLError.self) { try YAMLDecoding.decode(yaml) }
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func `deep nesting is refused`(opening: String) {
        #expect(throws: YAMLError.self) { try YAMLDecoding.decode(String(repeating: opening, count: 50_000)) }
    }
}
