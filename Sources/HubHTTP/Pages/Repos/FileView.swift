// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// A file's content in template data, by what it is: picture, Markdown, table, tensors, code, or bytes.
struct FileView {
    let hub: Hub
    let file: ResolvedFile
    let repo: RepoFrame
    let revision: String
    /// Text as text, whatever it means.
    let isPlain: Bool

    /// Longer texts are for downloading, in bytes.
    static let shownBytes: Int64 = 512 << 10
    private static let tableRows = 200
    private static let tableColumns = 60

    private var source: String { SiteURL.file(repo.url, "resolve", revision, file.path.text) }

    func data() async throws -> JSONObject {
        switch file.path.fileExtension.lowercased() {
        case "png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif":
            if !isPlain { return ["isImage": true, "source": .string(source), "name": .string(file.path.lastSegment)] }
        case "mp4", "webm", "mov": return ["isVideo": true, "source": .string(source)]
        case "wav", "mp3", "flac", "ogg": return ["isAudio": true, "source": .string(source)]
        case "safetensors": return try await tensors()
        default: break
        }
        guard file.size <= Self.shownBytes else { return ["isTooLong": true] }
        let bytes = try await hub.downloads.beginning(of: file, limit: Int(Self.shownBytes))
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { return ["isBinary": true] }
        if text.isEmpty { return ["isEmpty": true] }
        if !isPlain {
            switch file.path.fileExtension.lowercased() {
            case "md", "markdown": return try await markdown(text)
            case "csv": return table(text, separator: ",")
            case "tsv": return table(text, separator: "\t")
            default: break
            }
        }
        return code(text)
    }

    private func markdown(_ text: String) async throws -> JSONObject {
        let body = FrontMatter(readme: Array(text.utf8)).body
        let folder = file.path.text.split(separator: "/").dropLast().joined(separator: "/")
        return [
            "markdown": .string(try await CardHTML.render(body, repo: repo.url, revision: revision, folder: folder)),
            "hasPlain": true,
        ]
    }

    private func table(_ text: String, separator: Character) -> JSONObject {
        var rows = DelimitedText.rows(text, separator: separator, limit: Self.tableRows + 1)
        guard let names = rows.first, names.count > 1 else { return code(text) }
        rows.removeFirst()
        func cells(_ row: [String]) -> JSONValue { .array(row.prefix(Self.tableColumns).map { ["text": .string($0)] }) }
        return [
            "table": [
                "names": cells(names),
                "rows": .array(rows.prefix(Self.tableRows).map { ["cells": cells($0)] }),
                "isCut": .bool(rows.count >= Self.tableRows),
            ],
            "hasPlain": true,
        ]
    }

    private func code(_ text: String) -> JSONObject {
        let html = CardHTML.code(text, file: file.path.lastSegment)
        let lines =
            text.hasSuffix("\n")
            ? text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            : text.split(separator: "\n", omittingEmptySubsequences: false).count
        let numbers = (1...max(1, lines)).map(String.init).joined(separator: "\n")
        let kind = file.path.fileExtension.lowercased()
        return [
            "code": .string(html), "numbers": .string(numbers), "lines": .string(Display.grouped(Int64(lines))),
            "hasPlain": .bool(isPlain && ["md", "markdown", "csv", "tsv", "svg"].contains(kind)),
        ]
    }

    private func tensors() async throws -> JSONObject {
        do {
            let tensors = try await hub.downloads.tensors(of: file).arrayValue ?? []
            let total = tensors.reduce(Int64(0)) { $0 &+ ($1["parameters"]?.intValue ?? 0) }
            let rows = tensors.prefix(5000).map { tensor -> JSONValue in
                let shape = (tensor["shape"]?.arrayValue ?? []).compactMap(\.intValue).map(String.init)
                return [
                    "name": tensor["name"] ?? "", "dtype": tensor["dtype"] ?? "",
                    "shape": .string("[" + shape.joined(separator: ", ") + "]"),
                    "parameters": .string(Display.grouped(tensor["parameters"]?.intValue ?? 0)),
                ]
            }
            return [
                "tensors": .array(Array(rows)), "isTensors": true,
                "tensorCount": .string(Display.grouped(Int64(tensors.count))),
                "parameters": .string(Display.grouped(total)), "isCut": .bool(tensors.count > 5000),
            ]
        } catch let error as HubError where error.code == .unprocessable {
            return ["isBinary": true, "problem": .string(error.message)]
        }
    }
}

/// Rows of CSV and its like (RFC 4180).
enum DelimitedText {
    /// - Parameter limit: rows that are read at most.
    static func rows(_ text: String, separator: Character, limit: Int) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var wasQuote = false
        for character in text {
            if isQuoted {
                if character == "\"" {
                    isQuoted = false
                    wasQuote = true
                } else {
                    cell.append(character)
                }
                continue
            }
            if character == "\"" {
                // Two quotes inside quotes are one.
                if wasQuote { cell.append(character) }
                isQuoted = true
            } else if character == separator {
                row.append(cell)
                cell = ""
            } else if character.isNewline {
                row.append(cell)
                rows.append(row)
                (row, cell) = ([], "")
                if rows.count >= limit { return rows }
            } else {
                cell.append(character)
            }
            wasQuote = false
        }
        if !row.isEmpty || !cell.isEmpty { rows.append(row + [cell]) }
        return rows
    }
}
