// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CYaml
public import HubCore

/// Turns YAML into JSON values, with limits on what a few bytes may grow to.
///
/// It reads libyaml's events rather than Yams' nodes: nodes expand and hash aliases before anyone can count them.
public enum YAMLDecoding {
    /// Mappings and sequences may lie this deep in one another, aliases expanded.
    public static let maximumDepth = 64
    /// Scalars, sequences and mappings, aliases expanded.
    public static let maximumNodes = 100_000
    /// Bytes of all scalars, aliases expanded.
    public static let maximumBytes = 4 << 20

    /// Decodes the one document of `yaml`; `nil` when there is none.
    public static func decode(_ yaml: String) throws(YAMLError) -> JSONValue? {
        let reader = YAMLReader(yaml)
        return try reader.document()
    }
}

/// One pass over the events of a document.
private final class YAMLReader {
    private struct Anchored {
        let value: JSONValue
        let nodes: Int
        let bytes: Int
        let depth: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var event = yaml_event_t()
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0
    private var bytes = 0
    /// The depth reached inside the node being read; what an alias to it would add.
    private var deepest = 0

    init(_ yaml: String) {
        input = .allocate(capacity: yaml.utf8.count)
        _ = input.initialize(from: yaml.utf8)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_event_delete(&event)
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    func document() throws(YAMLError) -> JSONValue? {
        try advance()  // The start of the stream.
        try advance()
        guard event.type == YAML_DOCUMENT_START_EVENT else { return nil }
        try advance()
        let root = try node(depth: 1)
        try advance()  // The end of the document.
        try advance()
        guard event.type == YAML_STREAM_END_EVENT else { throw error("expected a single document") }
        return root
    }

    private func advance() throws(YAMLError) {
        yaml_event_delete(&event)
        guard yaml_parser_parse(parser, &event) == 1 else {
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "malformed YAML"
            let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
            // The reader knows no line: it stops at bytes, before there are lines.
            let mark = parser.pointee.error == YAML_READER_ERROR ? parser.pointee.mark : parser.pointee.problem_mark
            throw YAMLError(message: problem + context, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        }
    }

    private func error(_ message: String) -> YAMLError {
        YAMLError(
            message: message,
            line: Int(event.start_mark.line) + 1,
            column: Int(event.start_mark.column) + 1
        )
    }

    private func spend(nodes moreNodes: Int, bytes moreBytes: Int) throws(YAMLError) {
        nodes += moreNodes
        bytes += moreBytes
        guard nodes <= YAMLDecoding.maximumNodes, bytes <= YAMLDecoding.maximumBytes else {
            throw error("too large once its aliases are expanded")
        }
    }

    private func reach(_ depth: Int) throws(YAMLError) {
        deepest = max(deepest, depth)
        guard depth <= YAMLDecoding.maximumDepth else { throw error("nested too deeply") }
    }

    /// Reads the node the current event begins and stays on its last event.
    private func node(depth: Int) throws(YAMLError) -> JSONValue {
        try reach(depth)
        switch event.type {
        case YAML_ALIAS_EVENT: return try alias(depth: depth)
        case YAML_SCALAR_EVENT:
            let anchor = text(event.data.scalar.anchor)
            return try anchored(anchor, depth: depth) { reader throws(YAMLError) in try reader.scalar() }
        case YAML_SEQUENCE_START_EVENT:
            let anchor = text(event.data.sequence_start.anchor)
            try check(tag: text(event.data.sequence_start.tag), is: "seq")
            return try anchored(anchor, depth: depth) { reader throws(YAMLError) in try reader.sequence(depth) }
        case YAML_MAPPING_START_EVENT:
            let anchor = text(event.data.mapping_start.anchor)
            try check(tag: text(event.data.mapping_start.tag), is: "map")
            return try anchored(anchor, depth: depth) { reader throws(YAMLError) in try reader.mapping(depth) }
        default: throw error("unexpected structure")
        }
    }

    /// Reads a node and, when it has an anchor, keeps it with what it costs.
    private func anchored(
        _ anchor: String?,
        depth: Int,
        _ read: (YAMLReader) throws(YAMLError) -> JSONValue
    ) throws(YAMLError) -> JSONValue {
        guard let anchor else { return try read(self) }
        let (nodesBefore, bytesBefore, deepestBefore) = (nodes, bytes, deepest)
        deepest = depth
        let value = try read(self)
        anchors[anchor] = Anchored(
            value: value,
            nodes: nodes - nodesBefore,
            bytes: bytes - bytesBefore,
            depth: deepest - depth
        )
        deepest = max(deepest, deepestBefore)
        return value
    }

    private func alias(depth: Int) throws(YAMLError) -> JSONValue {
        let name = text(event.data.alias.anchor) ?? ""
        guard let target = anchors[name] else { throw error("unidentified alias \"\(name)\"") }
        try spend(nodes: target.nodes, bytes: target.bytes)
        try reach(depth + target.depth)
        return target.value
    }

    private func scalar() throws(YAMLError) -> JSONValue {
        let scalar = event.data.scalar
        try spend(nodes: 1, bytes: scalar.length)
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        guard let tag = self.text(scalar.tag), tag != "!" else {
            return scalar.plain_implicit == 1 ? YAMLScalar.resolve(text) : .string(text)
        }
        switch tag {
        case "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:binary": return .string(text)
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool":
            let value = YAMLScalar.resolve(text)
            if value.doubleValue == nil, value.boolValue == nil { throw error("\"\(text)\" does not fit its tag") }
            return value
        default: throw error("unknown tag !<\(tag)>")
        }
    }

    private func sequence(_ depth: Int) throws(YAMLError) -> JSONValue {
        try spend(nodes: 1, bytes: 0)
        var items: [JSONValue] = []
        try advance()
        while event.type != YAML_SEQUENCE_END_EVENT {
            items.append(try node(depth: depth + 1))
            try advance()
        }
        return .array(items)
    }

    private func mapping(_ depth: Int) throws(YAMLError) -> JSONValue {
        try spend(nodes: 1, bytes: 0)
        var members = JSONObject()
        var merged = JSONObject()
        try advance()
        while event.type != YAML_MAPPING_END_EVENT {
            let isMerge = isMergeKey
            let start = error("duplicated mapping key")
            let key = try self.key(depth)
            try advance()
            let value = try node(depth: depth + 1)
            if isMerge {
                try merge(value, into: &merged)
            } else {
                guard members[key] == nil else { throw start }
                members[key] = value
            }
            try advance()
        }
        for (key, value) in merged where members[key] == nil { members[key] = value }
        return .object(members)
    }

    /// The text of a scalar key as it is written; a JSON key is a string whatever YAML takes it for.
    private func key(_ depth: Int) throws(YAMLError) -> String {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let value = try node(depth: depth + 1)
            return value.isNull ? "null" : text
        case YAML_ALIAS_EVENT:
            guard let text = try alias(depth: depth + 1).stringValue else {
                throw error("a mapping key must be a scalar")
            }
            return text
        default: throw error("a mapping key must be a scalar")
        }
    }

    private var isMergeKey: Bool {
        guard event.type == YAML_SCALAR_EVENT, event.data.scalar.plain_implicit == 1 else { return false }
        return UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
            .elementsEqual("<<".utf8)
    }

    /// Earlier sources win over later ones, and the mapping's own keys over both.
    private func merge(_ value: JSONValue, into merged: inout JSONObject) throws(YAMLError) {
        for source in value.arrayValue ?? [value] {
            guard let members = source.objectValue else { throw error("only mappings can be merged") }
            for (key, value) in members where merged[key] == nil { merged[key] = value }
        }
    }

    private func check(tag: String?, is name: String) throws(YAMLError) {
        guard let tag, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
        throw error("unknown tag !<\(tag)>")
    }

    private func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
