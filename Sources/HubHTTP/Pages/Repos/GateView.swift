// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// What somebody sees who may not read a gated repo's files: why, and what to fill in.
struct GateView {
    let repo: RepoFrame

    func data() -> JSONObject {
        let card = repo.overview.info["cardData"]
        let words = repo.kind == .dataset ? "dataset" : "model"
        var data: JSONObject = [
            "heading": card?["extra_gated_heading"] ?? .string("You need access to this \(words)"),
            "prompt": card?["extra_gated_prompt"] ?? card?["extra_gated_description"]
                ?? .string(
                    "Its files are for people whose request was accepted. Your name and e-mail address are shown to its owners."
                ),
            "button": card?["extra_gated_button_content"] ?? "Ask for access",
            "url": .string(repo.url + "/ask-access"),
            "fields": .array(
                (card?["extra_gated_fields"]?.objectValue ?? [:]).prefix(64).map { Self.field($0.key, $0.value) }
            ),
        ]
        switch repo.overview.accessRequest {
        case "pending": data["isPending"] = true
        case "rejected": data["isRejected"] = true
        default: data["mayAsk"] = true
        }
        return data
    }

    private static func field(_ name: String, _ value: JSONValue) -> JSONValue {
        let type = value.stringValue ?? value["type"]?.stringValue ?? "text"
        var field: JSONObject = [
            "name": .string(name), "isText": .bool(!["checkbox", "select", "date_picker"].contains(type)),
        ]
        field["isCheckbox"] = .bool(type == "checkbox")
        field["isDate"] = .bool(type == "date_picker")
        if type == "select" {
            field["isSelect"] = true
            field["options"] = .array(
                (value["options"]?.arrayValue ?? []).map { option in
                    [
                        "value": option["value"] ?? option, "label": option["label"] ?? option,
                    ]
                }
            )
        }
        return .object(field)
    }
}
