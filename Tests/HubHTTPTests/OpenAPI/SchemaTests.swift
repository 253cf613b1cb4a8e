// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubHTTP

@Suite struct SchemaTests {
    private static let schema = Schema.object([
        "name": .text.like("vit"), "size?": .count.about("Bytes"), "kind": .words("model", "dataset"),
        "parents": .list(.ref("Ref")), "when?": .time.orNull,
    ])

    @Test func `members that end in a question mark may be absent`() {
        #expect(Self.schema.json["required"] == ["name", "kind", "parents"])
        #expect(Self.schema.json["properties"]?["size"] == ["type": "integer", "minimum": 0, "description": "Bytes"])
        #expect(Self.schema.json["properties"]?["when"] == ["type": ["string", "null"], "format": "date-time"])
    }

    @Test func `an example has what must be there`() {
        #expect(Self.schema.example["name"] == "vit")
        #expect(Self.schema.example["kind"] == "model")
        #expect(Self.schema.example["parents"]?.arrayValue?.first?["ref"] == "…")
        #expect(Self.schema.example["size"] == nil)
    }

    @Test func `an outline is for people`() {
        let outline = """
            {
              name: string
              size?: integer  // Bytes
              kind: "model" | "dataset"
              parents: [Ref, …]
              when?: time | null
            }
            """
        #expect(Self.schema.outline.text == outline)
        #expect(Self.schema.outline.refs == ["Ref"])
    }
}
