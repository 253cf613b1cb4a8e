// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubStore
public import NIOCore

extension CommitService {
    /// Reads a commit as NDJSON, one line at a time, and stores each file's bytes as they come.
    ///
    ///     {"key":"header","value":{"summary","description","parentCommit"?}}
    ///     {"key":"file","value":{"path","content","encoding":"base64"|"utf-8"}}
    ///     {"key":"lfsFile","value":{"path","algo":"sha256","oid","size"?}}
    ///     {"key":"deletedFile"|"deletedFolder","value":{"path"}}
    ///
    /// - Throws: ``HubError/Code/badRequest`` naming the line for anything else; a broken or missing last line included.
    public func read<Body: AsyncSequence>(ndjson body: Body) async throws -> (CommitHeader, [CommitOperation])
    where Body.Element == ByteBuffer {
        // Base64 is 4/3 of the bytes; the rest is for the path and the punctuation.
        let maximum = Int(clamping: hub.limits.regularFileBytes / 3 * 4 + 64 * 1024)
        var lines = LineSplitter(maximumLength: maximum)
        var reader = CommitPayloadReader(hub: hub)
        for try await chunk in body {
            lines.append(chunk)
            while let line = try lines.next() { try await reader.read(line) }
        }
        if let last = lines.rest() { try await reader.read(last) }
        return try reader.finish()
    }

    /// Reads a commit in the older form: one JSON object with `summary` (or `title`), `description` and `files` or
    /// `operations`, each with `path`, `content`, `encoding`, or `{"operation": "delete"}`.
    public func read(json body: ByteBuffer) async throws -> (CommitHeader, [CommitOperation]) {
        let json: JSONValue
        do { json = try JSONValue(parsing: body) } catch {
            throw HubError(.badRequest, "The commit is not JSON: \(error)", cause: error)
        }
        var reader = CommitPayloadReader(hub: hub)
        try reader.readHeader(json)
        for value in json["files"]?.arrayValue ?? json["operations"]?.arrayValue ?? [] {
            let deletes = value["operation"]?.stringValue == "delete"
            try await reader.read(key: deletes ? "deletedFile" : "file", value: value)
        }
        for value in json["lfsFiles"]?.arrayValue ?? [] { try await reader.read(key: "lfsFile", value: value) }
        for value in json["deletedEntries"]?.arrayValue ?? [] {
            try await reader.read(key: "deletedFile", value: value)
        }
        return try reader.finish()
    }
}

/// Turns the lines of a commit into a header and operations.
struct CommitPayloadReader {
    private let hub: Hub
    private var header: CommitHeader?
    private var operations: [CommitOperation] = []
    private var lineNumber = 0
    private var lease: BlobLease?

    init(hub: Hub) { self.hub = hub }

    mutating func read(_ line: ByteBuffer) async throws {
        lineNumber += 1
        guard line.readableBytesView.contains(where: { $0 > 0x20 }) else { return }
        let json: JSONValue
        do { json = try JSONValue(parsing: line) } catch {
            throw refuse("it is not JSON (\(error)); was the request cut short?")
        }
        guard let key = json["key"]?.stringValue, let value = json["value"] else {
            throw refuse("it must have \"key\" and \"value\"")
        }
        if key == "header" {
            guard header == nil else { throw refuse("there is a second header") }
            try readHeader(value)
        } else {
            guard header != nil else { throw refuse("the first line must be the header") }
            try await read(key: key, value: value)
        }
    }

    mutating func readHeader(_ value: JSONValue) throws {
        var header = CommitHeader(
            summary: value["summary"]?.stringValue ?? value["title"]?.stringValue ?? "",
            description: value["description"]?.stringValue ?? ""
        )
        guard header.summary.utf8.count <= 4096, header.description.utf8.count <= 64 * 1024 else {
            throw refuse("the commit message is too long")
        }
        if let parent = value["parentCommit"], !parent.isNull {
            guard let oid = parent.stringValue.flatMap({ GitOID(hex: $0) }) else {
                throw refuse("\"parentCommit\" must be a commit id of 40 hex digits")
            }
            header.parentCommit = oid
        }
        self.header = header
    }

    mutating func read(key: String, value: JSONValue) async throws {
        guard operations.count < hub.limits.operationsPerCommit else {
            throw HubError(.tooLarge, "A commit has at most \(hub.limits.operationsPerCommit) operations")
        }
        guard let text = value["path"]?.stringValue else { throw refuse("\"path\" is missing") }
        // A folder may be written with a slash at its end.
        let path = try RepoPath(key == "deletedFolder" || key == "deletedFile" ? text.trimmingTrailingSlash : text)
        switch key {
        case "file":
            operations.append(.addFile(path: path, content: try await content(value)))
        case "lfsFile":
            guard value["algo"]?.stringValue ?? "sha256" == "sha256" else { throw refuse("\"algo\" must be sha256") }
            guard let oid = value["oid"]?.stringValue.flatMap({ BlobID(hex: $0) }) else {
                throw refuse("\"oid\" must be a SHA-256 of 64 hex digits")
            }
            operations.append(.addLFSFile(path: path, oid: oid, size: try size(value)))
        case "deletedFile":
            operations.append(text.hasSuffix("/") ? .deleteFolder(path: path) : .deleteFile(path: path))
        case "deletedFolder":
            operations.append(.deleteFolder(path: path))
        default:
            throw refuse("unknown operation \"\(key.prefix(40))\"")
        }
    }

    func finish() throws -> (CommitHeader, [CommitOperation]) {
        guard let header else { throw HubError(.badRequest, "The commit has no header line") }
        return (header, operations)
    }

    /// Bytes of an LFS file; clients leave it out when they copy.
    private func size(_ value: JSONValue) throws -> Int64? {
        guard let size = value["size"], !size.isNull else { return nil }
        guard let bytes = size.intValue, bytes >= 0 else { throw refuse("\"size\" must be the file's bytes") }
        return bytes
    }

    private mutating func content(_ value: JSONValue) async throws -> StoredFile {
        guard let text = value["content"]?.stringValue else { throw refuse("\"content\" is missing") }
        if lease == nil { lease = try await hub.blobLease() }
        switch value["encoding"]?.stringValue ?? "utf-8" {
        case "base64":
            guard let data = Data(base64Encoded: text) else { throw refuse("\"content\" is not base64") }
            return try await hub.uploads.storeRegularFile(Array(data), lease: lease)
        case "utf-8", "utf8":
            return try await hub.uploads.storeRegularFile(Array(text.utf8), lease: lease)
        case let other:
            throw refuse("unknown encoding \"\(other.prefix(40))\"")
        }
    }

    private func refuse(_ why: String) -> HubError {
        HubError(.badRequest, "Invalid commit" + (lineNumber > 0 ? ", line \(lineNumber): \(why)" : ": \(why)"))
    }
}

extension String {
    fileprivate var trimmingTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
