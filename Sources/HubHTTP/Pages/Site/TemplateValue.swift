// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Mustache

/// JSON as templates see it: what is null, false, empty or absent is false; the rest shows as it would be written.
///
/// Templates look for an absent name in what surrounds the object, for one that is null they do not.
struct TemplateObject: MustacheParent {
    let members: JSONObject

    func child(named name: String) -> Any? { members[name].map(Self.value) }

    private static func value(_ json: JSONValue) -> Any {
        switch json {
        case .null: Nothing()
        case .bool(let value): value
        case .int(let value): value
        case .double(let value): value
        case .string(let text): text.isEmpty ? Nothing() : text
        case .array(let items): items.isEmpty ? Nothing() : items.map(value)
        case .object(let members): TemplateObject(members: members)
        }
    }

    private struct Nothing: MustacheCustomRenderable {
        let renderText = ""
        let isNull = true
    }
}
