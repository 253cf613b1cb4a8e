// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct AccessFormTests {
    private static let card = """
        {"extra_gated_fields": {
            "Company": "text", "Country": "country", "Date of birth": "date_picker",
            "Use": {"type": "select", "options": ["Research", {"label": "Other", "value": "other"}]},
            "I agree": "checkbox"
        }}
        """
    private static let good = [
        ("Company", "Acme"), ("Country", "DE"), ("Date of birth", "1999-12-31"), ("Use", "other"), ("I agree", "on"),
    ]

    private static func check(_ changes: (String, String)...) throws -> JSONValue {
        var fields = good
        for (name, value) in changes {
            fields.removeAll { $0.0 == name }
            fields.append((name, value))
        }
        return try AccessForm(card: card).check(fields.map { (name: $0.0, value: $0.1) })
    }

    @Test func `what is filled in is kept, boxes as true`() throws {
        let kept = try Self.check()
        #expect(kept["Company"] == "Acme")
        #expect(kept["I agree"] == true)
        #expect(kept["Use"] == "other")
    }

    @Test(arguments: [
        ("Company", " "), ("Country", "Germany"), ("Country", "1A"), ("Date of birth", "31.12.1999"),
        ("Date of birth", "1999-12-3x"), ("Use", "Other"), ("I agree", "off"),
        ("Company", String(repeating: "x", count: 5000)),
    ])
    func `what is missing or not of its kind is refused`(name: String, value: String) throws {
        #expect(codeThrown { try Self.check((name, value)) } == .badRequest)
    }

    @Test func `a card without a form wants nothing and keeps what is given`() throws {
        #expect(try AccessForm(card: nil).check([]) == [:])
        let kept = try AccessForm(card: #"{"license":"mit"}"#).check([(name: "Note", value: "please")])
        #expect(kept == ["Note": "please"])
    }

    @Test func `more fields than the form may have are refused`() {
        let many = (0..<200).map { (name: "f\($0)", value: "x") }
        #expect(codeThrown { try AccessForm(card: nil).check(many) } == .badRequest)
    }
}
