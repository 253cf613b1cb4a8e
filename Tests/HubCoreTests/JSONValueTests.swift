// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Testing

@Suite struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8) }

    private func reason(_ bytes: [UInt8]) -> JSONError.Reason? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("-0", 0), ("12", 12), ("-9223372036854775808", .int(.min)),
            ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("1e3", .double(1000)), ("0.5", 0.5), ("\"a\"", "a"), ("[]", []), ("{}", JSONValue.object([:])),
            ("[1, [2, {\"a\": null}]]", [1, [2, ["a": nil]]]),
        ] as [(String, JSONValue)]
    )
    func `a value is read`(text: String, expected: JSONValue) throws {
        #expect(try parse(text) == expected)
    }

    @Test(arguments: [
        (#""\u0041\n\t\"\\\/\b\f\r""#, "A\n\t\"\\/\u{8}\u{C}\r"), (#""\ud83d\ude00""#, "😀"), (#""é\u00e9""#, "éé"),
        (#""\u0000""#, "\0"),
    ])
    func `an escape is read`(text: String, expected: String) throws {
        #expect(try parse(text) == .string(expected))
    }

    @Test(arguments: [
        ("", JSONError.Reason.unexpectedEnd), ("nul", .unexpectedEnd), ("NaN", .unexpectedByte),
        ("Infinity", .unexpectedByte), ("-", .unexpectedEnd), ("01", .badNumber), ("1.", .unexpectedEnd),
        ("1e", .unexpectedEnd), ("1e999", .numberOutOfRange), ("[1,]", .unexpectedByte), ("{\"a\"}", .unexpectedByte),
        ("{a:1}", .unexpectedByte), ("1 2", .trailingBytes), ("\"a", .unexpectedEnd), ("\"\n\"", .controlCharacter),
        (#""\x""#, .badEscape), (#""\u12g4""#, .badEscape), (#""\ud83d""#, .loneSurrogate),
        (#""\ude00""#, .loneSurrogate), (#""\ud83d\u0041""#, .loneSurrogate), ("'a'", .unexpectedByte),
        ("\u{FEFF}1", .unexpectedByte),
    ])
    func `a malformed text is refused`(text: String, expected: JSONError.Reason) {
        #expect(reason(Array(text.utf8)) == expected)
    }

    @Test func `invalid UTF-8 is refused`() {
        #expect(reason([0x22, 0xFF, 0x22]) == .invalidUTF8)
        #expect(reason([0x22, 0xED, 0xA0, 0x80, 0x22]) == .invalidUTF8)
    }

    @Test func `an error names its byte`() throws {
        #expect(throws: JSONError(.unexpectedByte, offset: 4)) { try parse("[1, x]") }
    }

    @Test func `nesting stops at the limit`() throws {
        let depth = JSONValue.maximumDepth
        let fits = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try parse(fits).arrayValue?.count == 1)
        #expect(reason(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) == .tooDeep)
    }

    @Test func `an object keeps its order and the last of equal keys`() throws {
        let object = try #require(try parse(#"{"b":1,"a":2,"b":3}"#).objectValue)
        #expect(object.keys == ["b", "a"])
        #expect(object["b"] == 3)
        #expect(try parse(#"{"a":1,"b":2}"#) == parse(#"{"b":2,"a":1}"#))
        #expect(try parse(#"{"a":1,"b":2}"#).hashValue == parse(#"{"b":2,"a":1}"#).hashValue)
    }

    @Test func `a large object finds, replaces and removes its members`() {
        var object = JSONObject()
        for index in 0..<100 { object["k\(index)"] = .int(Int64(index)) }
        object["k50"] = "new"
        object["k10"] = nil
        #expect(object.count == 99)
        #expect(object["k50"] == "new")
        #expect(object["k10"] == nil)
        #expect(object["k99"] == 99)
    }

    @Test(arguments: [
        #"{"b":[1,-2,0.5,true,null],"a":"x\"\\\n\u0001é😀"}"#, "[1.0,1e-07]", "\"\"", "{}", "-9223372036854775808",
    ])
    func `what is written reads the same`(text: String) throws {
        let value = try parse(text)
        #expect(value.serialized == text)
        #expect(try parse(value.serialized) == value)
    }

    @Test func `a number without text becomes null`() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity)]).serialized == "[null,null]")
    }
}
