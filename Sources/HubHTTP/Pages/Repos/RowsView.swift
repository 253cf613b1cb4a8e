// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// Rows of a dataset in template data: a table, or a gallery where each row is a picture.
struct RowsView {
    private let names: [String]
    private let types: [JSONValue]
    private let rows: [JSONValue]
    private let baseURL: String

    /// Characters of a cell that are shown.
    private static let shownText = 400

    init(
        _ dataset: DatasetViewerService.Dataset,
        _ configuration: String,
        _ split: String,
        _ page: DatasetViewerService.Page,
        baseURL: String
    ) {
        let features = ViewerPresenter.features(page.features).arrayValue ?? []
        names = features.map { $0["name"]?.stringValue ?? "" }
        types = features.map { $0["type"] ?? .null }
        rows =
            ViewerPresenter(dataset, configuration: configuration, split: split, baseURL: baseURL).rows(page).arrayValue
            ?? []
        self.baseURL = baseURL
    }

    private var picture: Int? { types.firstIndex { $0["_type"]?.stringValue == "Image" } }

    /// Whether pictures are what the rows are about.
    var isGallery: Bool { picture != nil && names.count <= 4 }

    func data(grid: Bool) -> JSONObject {
        guard grid, isGallery, let picture else {
            return [
                "isTable": true, "names": .array(names.map { ["name": .string($0)] }),
                "items": .array(rows.map { row in ["index": row["row_idx"] ?? 0, "cells": .array(cells(row))] }),
            ]
        }
        return [
            "isGrid": true,
            "items": .array(
                rows.map { row in
                    let cells = cells(row)
                    let others = names.indices.filter { $0 != picture }.map { index -> JSONValue in
                        ["name": .string(names[index]), "text": cells[index]["text"] ?? ""]
                    }
                    return ["index": row["row_idx"] ?? 0, "picture": cells[picture], "facts": .array(others)]
                }
            ),
        ]
    }

    private func cells(_ row: JSONValue) -> [JSONValue] {
        zip(names, types).map { cell(row["row"]?[$0] ?? .null, $1, named: $0) }
    }

    private func cell(_ value: JSONValue, _ type: JSONValue, named name: String) -> JSONValue {
        if type["_type"]?.stringValue == "Image" {
            guard let source = value["src"]?.stringValue else { return ["isNull": true] }
            let path = source.hasPrefix(baseURL) ? String(source.dropFirst(baseURL.count)) : source
            return [
                "src": .string(path), "width": value["width"] ?? "", "height": value["height"] ?? "",
                "name": .string(name),
            ]
        }
        if type["_type"]?.stringValue == "ClassLabel", let index = value.intValue {
            let labels = type["names"]?.arrayValue ?? []
            let label = Int(exactly: index).flatMap { labels.indices.contains($0) ? labels[$0].stringValue : nil }
            return ["text": .string(label.map { "\($0)" } ?? String(index)), "isLabel": true]
        }
        switch value {
        case .null: return ["isNull": true]
        case .string(let text): return Self.text(text)
        case .int, .double: return ["text": .string(value.serialized), "isNumber": true]
        default: return Self.text(value.serialized)
        }
    }

    private static func text(_ text: String) -> JSONValue {
        guard text.count > shownText else { return ["text": .string(text.isEmpty ? "\"\"" : text)] }
        return ["text": .string(text.prefix(shownText) + " …")]
    }

    /// What is in each column, from the statistics of the whole split.
    func columns(_ statistics: JSONValue) -> [JSONValue] {
        let found = statistics["statistics"]?.arrayValue ?? []
        return names.enumerated().map { index, name in
            let column = found.first { $0["column_name"]?.stringValue == name }
            let numbers = column?["column_statistics"]
            var data: JSONObject = [
                "name": .string(name), "type": .string(Self.typeName(types[index])),
                "facts": .string(Self.facts(numbers, of: column?["column_type"]?.stringValue)),
            ]
            data["chart"] = Self.chart(numbers).map { .string($0) } ?? .null
            return .object(data)
        }
    }

    private static func typeName(_ type: JSONValue) -> String {
        switch type["_type"]?.stringValue {
        case "Value": type["dtype"]?.stringValue ?? "value"
        case "ClassLabel": "label of \(type["names"]?.arrayValue?.count ?? 0)"
        case let name?: name.lowercased()
        case nil: "record"
        }
    }

    private static func facts(_ numbers: JSONValue?, of type: String?) -> String {
        guard let numbers else { return "" }
        var facts: [String] = []
        if let low = numbers["min"], let high = numbers["max"], !low.isNull {
            facts.append("\(short(low)) to \(short(high))" + (units[type ?? ""] ?? ""))
        }
        if let unique = numbers["n_unique"]?.intValue { facts.append("\(Display.grouped(unique)) different") }
        if let nulls = numbers["nan_count"]?.intValue, nulls > 0 { facts.append("\(Display.grouped(nulls)) missing") }
        return facts.joined(separator: ", ")
    }

    /// What the numbers of a column's statistics count, where they are not its values.
    private static let units = ["string_text": " characters", "image": " pixels wide", "list": " long"]

    private static func short(_ value: JSONValue) -> String {
        guard let number = value.doubleValue else { return value.stringValue ?? "" }
        // Four digits may be a year.
        if let whole = Int64(exactly: number) { return abs(number) < 10_000 ? String(whole) : Display.grouped(whole) }
        return String((number * 1000).rounded() / 1000)
    }

    /// Bars of a histogram or of frequencies; their numbers are in titles.
    private static func chart(_ numbers: JSONValue?) -> String? {
        var bars: [(label: String, count: Double)] = []
        if let histogram = numbers?["histogram"], let counts = histogram["hist"]?.arrayValue {
            let edges = histogram["bin_edges"]?.arrayValue ?? []
            for (index, count) in counts.enumerated() {
                bars.append(
                    (edges.indices.contains(index) ? "from " + short(edges[index]) : "", count.doubleValue ?? 0)
                )
            }
        } else if let frequencies = numbers?["frequencies"]?.objectValue {
            bars = frequencies.prefix(24).map { ($0.key, $0.value.doubleValue ?? 0) }
        }
        guard !bars.isEmpty, let highest = bars.map(\.count).max(), highest > 0 else { return nil }
        let drawn = bars.enumerated().map { index, bar in
            let height = max(1, (bar.count / highest * 28).rounded())
            return "<rect x=\"\(index * 10)\" y=\"\(Int(30 - height))\" width=\"8\" height=\"\(Int(height))\">"
                + "<title>\(HTMLText.escape(bar.label)): \(short(.double(bar.count)))</title></rect>"
        }
        return
            "<svg class=\"chart small\" viewBox=\"0 0 \(bars.count * 10) 30\" preserveAspectRatio=\"none\" role=\"img\" "
            + "aria-label=\"How the values lie\">\(drawn.joined())</svg>"
    }
}
