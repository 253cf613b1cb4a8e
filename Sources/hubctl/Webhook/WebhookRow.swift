// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// A webhook in a list.
struct WebhookRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("ID"), .init("URL"), .init("WATCHED"), .init("DOMAINS"), .init("STATE"),
    ]

    let json: JSONValue

    var cells: [String] {
        let watched = (json["watched"]?.arrayValue ?? []).map {
            "\($0["type"]?.stringValue ?? "?"):\($0["name"]?.stringValue ?? "?")"
        }
        return [
            json["id"]?.stringValue ?? "?", json["url"]?.stringValue ?? "", watched.joined(separator: " "),
            (json["domains"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " "),
            json["disabled"]?.boolValue == true ? "disabled" : "enabled",
        ]
    }
}

/// A message to a webhook.
struct DeliveryRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("ID"), .init("EVENT"), .init("STATUS"), .init("ATTEMPTS", isNumber: true), .init("CREATED"),
        .init("PROBLEM"),
    ]

    let json: JSONValue

    var cells: [String] {
        [
            json["id"]?.stringValue ?? "?", json["event"]?.stringValue ?? "", json["status"]?.stringValue ?? "?",
            "\(json["attempts"]?.intValue ?? 0)", json["createdAt"]?.stringValue ?? "",
            json["error"]?.stringValue ?? "",
        ]
    }
}

/// What a webhook looks at, as typed: `model:alice/vit-tiny`.
struct WatchedThing: ExpressibleByArgument, Sendable {
    let json: JSONValue

    init?(argument: String) {
        let halves = argument.split(separator: ":", maxSplits: 1)
        guard halves.count == 2, let type = halves.first, let name = halves.last,
            ["user", "org", "model", "dataset", "space"].contains(type)
        else { return nil }
        json = ["type": .string(String(type)), "name": .string(String(name))]
    }
}
