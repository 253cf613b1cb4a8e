// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What a list can be narrowed by, as links to the same list with one thing changed.
struct ListingFacets {
    let kind: RepoKind
    let facets: Facets
    let visit: PageVisit

    /// A type of tag, and the query item that asks for it.
    private struct Group {
        let type: String
        let title: String
        let item: String
        var hasIcons = false
        /// The same item again narrows further; else it replaces.
        var isRepeated = true
        /// Shown before one asks for more.
        var shown = 8
    }

    private var kinds: [Group] {
        switch kind {
        case .model:
            [
                Group(
                    type: "pipeline_tag",
                    title: "Tasks",
                    item: "pipeline_tag",
                    hasIcons: true,
                    isRepeated: false,
                    shown: 24
                ),
                Group(type: "library", title: "Libraries", item: "library"),
                Group(type: "dataset", title: "Datasets", item: "dataset"),
                Group(type: "language", title: "Languages", item: "language"),
                Group(type: "license", title: "Licenses", item: "license", isRepeated: false),
                Group(type: "other", title: "Other tags", item: "filter"),
            ]
        case .dataset:
            [
                Group(type: "task_categories", title: "Tasks", item: "task_categories", hasIcons: true, shown: 16),
                Group(type: "modality", title: "Modalities", item: "filter"),
                Group(type: "format", title: "Formats", item: "filter"),
                Group(type: "size_categories", title: "Sizes", item: "size_categories", isRepeated: false),
                Group(type: "language", title: "Languages", item: "language"),
                Group(type: "license", title: "Licenses", item: "license", isRepeated: false),
                Group(type: "other", title: "Other tags", item: "filter"),
            ]
        case .space:
            [
                Group(type: "sdk", title: "SDK", item: "sdk", isRepeated: false),
                Group(type: "license", title: "Licenses", item: "license", isRepeated: false),
                Group(type: "other", title: "Other tags", item: "filter"),
            ]
        }
    }

    func groups() throws -> [JSONValue] {
        let query = try visit.query()
        var groups: [JSONValue] = []
        for group in kinds {
            let chosen = query.all(group.item, splittingCommas: true)
            let choices = try (facets.choices[group.type] ?? []).map { choice -> JSONValue in
                let isChosen = chosen.contains { $0 == choice.value || $0 == Self.bare(choice.value) }
                let value = group.item == "filter" ? choice.value : Self.bare(choice.value)
                var json: JSONObject = [
                    "label": .string(choice.label.isEmpty ? choice.value : choice.label),
                    "count": .string(Display.count(choice.count)), "isChosen": .bool(isChosen),
                    "url": .string(try link(group, value, isChosen: isChosen, chosen)),
                ]
                if group.hasIcons { json["icon"] = .string(TaskIcons.path(value)) }
                return .object(json)
            }
            guard !choices.isEmpty else { continue }
            groups.append([
                "title": .string(group.title), "choices": .array(Array(choices.prefix(group.shown))),
                "more": .array(Array(choices.dropFirst(group.shown))),
                "moreCount": .int(Int64(max(0, choices.count - group.shown))),
                "isOpen": .bool(!chosen.isEmpty || groups.count < 3),
            ])
        }
        if kind == .model { groups.append(try sizes()) }
        groups.append(try access())
        return groups
    }

    /// What the list is narrowed by now; each link takes one thing away.
    func active() throws -> [JSONValue] {
        let names: Set = [
            "pipeline_tag", "library", "dataset", "language", "license", "filter", "author", "num_parameters", "gated",
            "task_categories", "size_categories", "sdk", "search", "inference", "tags", "apps", "other",
        ]
        let items = try visit.query().all
        return items.enumerated().filter { names.contains($0.element.name) && !$0.element.value.isEmpty }.map {
            index,
            item in
            var others = items
            others.remove(at: index)
            others.removeAll { $0.name == "cursor" }
            return [
                "label": .string(label(item)), "url": .string(SiteURL.query(visit.request.uri.path, others)),
            ]
        }
    }

    private func label(_ item: (name: String, value: String)) -> String {
        switch item.name {
        case "pipeline_tag", "task_categories": TaskCatalog.task(item.value)?.label ?? item.value
        case "author": "by \(item.value)"
        case "search": "“\(item.value)”"
        case "num_parameters": Self.sizeChoices.first { $0.value == item.value }?.label ?? item.value
        case "gated": item.value == "false" ? "not gated" : "gated"
        case "inference": "in memory"
        case "library": Libraries.label(of: item.value) ?? item.value
        default: item.value
        }
    }

    private func link(_ group: Group, _ value: String, isChosen: Bool, _ chosen: [String]) throws -> String {
        guard group.isRepeated else { return try visit.link(group.item, isChosen ? nil : value) }
        var items = try visit.query().all.filter { $0.name != group.item && $0.name != "cursor" }
        let kept = chosen.filter { $0 != value && Self.bare($0) != value }
        items += (isChosen ? kept : kept + [value]).map { (group.item, $0) }
        return SiteURL.query(visit.request.uri.path, items)
    }

    private static let sizeChoices: [(value: String, label: String)] = [
        ("max:10M", "up to 10M parameters"), ("min:10M,max:100M", "10M to 100M"), ("min:100M,max:1B", "100M to 1B"),
        ("min:1B", "more than 1B"),
    ]

    private func sizes() throws -> JSONValue {
        let current = try visit.query()["num_parameters"]
        return [
            "title": "Parameters", "isOpen": .bool(current != nil),
            "choices": .array(
                try Self.sizeChoices.map { choice in
                    let isChosen = choice.value == current
                    return [
                        "label": .string(choice.label), "isChosen": .bool(isChosen),
                        "url": .string(try visit.link("num_parameters", isChosen ? nil : choice.value)),
                    ]
                }
            ),
        ]
    }

    private func access() throws -> JSONValue {
        let query = try visit.query()
        var choices: [(label: String, name: String, value: String)] = [
            ("Gated", "gated", "true"), ("Not gated", "gated", "false"),
        ]
        if kind == .model { choices.append(("In memory now", "inference", "warm")) }
        return [
            "title": "Access", "isOpen": .bool(query.contains("gated") || query.contains("inference")),
            "choices": .array(
                try choices.map { choice in
                    let isChosen = query[choice.name] == choice.value
                    return [
                        "label": .string(choice.label), "isChosen": .bool(isChosen),
                        "url": .string(try visit.link(choice.name, isChosen ? nil : choice.value)),
                    ]
                }
            ),
        ]
    }

    /// `license:mit` → `mit`.
    private static func bare(_ tag: String) -> String {
        tag.firstIndex(of: ":").map { String(tag[tag.index(after: $0)...]) } ?? tag
    }
}
