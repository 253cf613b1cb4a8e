// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The types that a schema has as `datasets` prints them.
enum ParquetFeatures {
    /// What the writer noted wins over what the schema says: the schema knows no class labels and no pictures.
    static func features(_ columns: [ParquetNode], notes: [String: String]) -> [Feature] {
        let noted = notes["huggingface"].flatMap { text -> JSONObject? in
            // A note that is not JSON is nobody's error but its writer's: the schema says enough.
            try? JSONValue(parsing: Array(text.utf8))["info"]?["features"]?.objectValue
        }
        return columns.map { column in
            let name = column.element.name
            return Feature(name, noted?[name].map { FeatureType(describing: $0) } ?? type(of: column))
        }
    }

    private static func type(of node: ParquetNode) -> FeatureType {
        if node.element.repetition == .repeated { return .list(content(of: node), length: -1) }
        return content(of: node)
    }

    private static func content(of node: ParquetNode) -> FeatureType {
        if node.isLeaf { return .value(dtype(node.element)) }
        if let repeated = node.repeatedChild {
            if node.element.meaning == .map { return .list(content(of: repeated), length: -1) }
            return .list(content(of: repeated.listElement), length: -1)
        }
        return .record(node.children.map { Feature($0.element.name, type(of: $0)) })
    }

    static func dtype(_ element: ParquetElement) -> String {
        switch (element.meaning, element.physical) {
        case (.integer(let bits, let signed), .int32?), (.integer(let bits, let signed), .int64?):
            "\(signed ? "" : "u")int\(bits)"
        case (.date, _): "date32"
        case (.time(.milli), _): "time32[ms]"
        case (.time(let unit), _): "time64[\(unit == .micro ? "us" : "ns")]"
        case (.timestamp(let unit, let utc), _): "timestamp[\(unit.symbol)\(utc ? ", tz=UTC" : "")]"
        case (.decimal(let scale, let precision), _): "decimal128(\(precision), \(scale))"
        case (.float16, _): "float16"
        case (.nothing, _): "null"
        case (.text, _), (.json, _): "string"
        case (_, .boolean?): "bool"
        case (_, .int32?): "int32"
        case (_, .int64?): "int64"
        case (_, .int96?): "timestamp[ns]"
        case (_, .float?): "float32"
        case (_, .double?): "float64"
        case (_, .fixedByteArray?): "fixed_size_binary[\(element.length)]"
        default: "binary"
        }
    }
}

extension ParquetElement.TimeUnit {
    var symbol: String {
        switch self {
        case .milli: "ms"
        case .micro: "us"
        case .nano: "ns"
        }
    }
}
