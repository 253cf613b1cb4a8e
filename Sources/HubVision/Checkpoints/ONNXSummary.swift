// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What has to be known of an ONNX file before an engine sees it.
struct ONNXSummary {
    /// Files beside it that hold tensors.
    private(set) var externalFiles: Set<String> = []
    /// Texts of the model's own, by key.
    private(set) var metadata: [String: String] = [:]

    /// Messages lie no deeper in one another than this: graphs in attributes in graphs.
    private static let maximumDepth = 32

    /// The messages that lead to tensors, and their fields that do.
    private enum Message {
        case model
        case graph
        case function
        case node
        case attribute
        case tensor
        case sparseTensor
        case stringEntry

        /// What a field of bytes is, where it matters.
        func inner(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 14): .stringEntry
            case (.model, 25): .function
            case (.graph, 1), (.function, 7): .node
            case (.graph, 5): .tensor
            case (.graph, 15): .sparseTensor
            case (.node, 5), (.function, 11): .attribute
            case (.attribute, 5), (.attribute, 10): .tensor
            case (.attribute, 6), (.attribute, 11): .graph
            case (.attribute, 22), (.attribute, 23): .sparseTensor
            case (.sparseTensor, 1), (.sparseTensor, 2): .tensor
            case (.tensor, 13): .stringEntry
            default: nil
            }
        }
    }

    /// - Throws: `HubError` with `.unprocessable` for bytes that are no ONNX file, and for one that refers to files elsewhere.
    init(_ bytes: UnsafeRawBufferPointer, name: String) throws(HubError) {
        do throws(ProtobufReader.Malformed) {
            try walk(bytes, .model, depth: 0)
        } catch {
            throw HubError(.unprocessable, "\(name) is no ONNX file, or is damaged")
        }
        for file in externalFiles {
            let parts = file.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isInside =
                !file.isEmpty
                && parts.allSatisfy { part in
                    !part.isEmpty && !part.elementsEqual("..".utf8) && !part.elementsEqual(".".utf8)
                        && !part.contains(0)
                }
            guard isInside, !file.utf8.contains(UInt8(ascii: "\\")) else {
                throw HubError(.unprocessable, "\(name) refers to a file outside of its folder: \(file)")
            }
        }
    }

    private mutating func walk(
        _ bytes: UnsafeRawBufferPointer,
        _ message: Message,
        depth: Int
    ) throws(ProtobufReader.Malformed) {
        guard depth < Self.maximumDepth else { throw ProtobufReader.Malformed() }
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            guard case .bytes(let content) = value, let inner = message.inner(field) else { continue }
            guard inner == .stringEntry else {
                try walk(content, inner, depth: depth + 1)
                continue
            }
            let (key, text) = try entry(content)
            if message == .model {
                metadata[key] = text
            } else if key == "location" {
                externalFiles.insert(text)
            }
        }
    }

    private func entry(_ bytes: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) -> (key: String, value: String)
    {
        var (key, value) = ("", "")
        var reader = ProtobufReader(bytes)
        while let (field, content) = try reader.next() {
            guard case .bytes(let text) = content else { continue }
            if field == 1 { key = String(decoding: text, as: UTF8.self) }
            if field == 2 { value = String(decoding: text, as: UTF8.self) }
        }
        return (key, value)
    }
}
