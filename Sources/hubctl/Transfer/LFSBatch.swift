// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1

/// What the LFS batch call says to do about one object.
struct LFSTask: Sendable {
    enum Transfer: Sendable {
        /// The server has it.
        case none
        case basic(url: String, headers: [(String, String)])
        case multipart(LFSMultipart)
    }

    let transfer: Transfer
    let verifyURL: String?
    let verifyHeaders: [(String, String)]

    /// Throws ``CommandFailure`` for an object the server refuses, and for answers that make no sense.
    init(_ json: JSONValue, size: Int64) throws {
        if let error = json["error"] {
            let code = error["code"]?.intValue ?? 0
            throw CommandFailure(
                "the server refuses a large file: \(error["message"]?.stringValue ?? "no reason given") (\(code))",
                hint: code == 413 || code == 507 ? "a limit on size or space was met" : nil,
                status: code >= 500 ? .fault : .input
            )
        }
        let verify = json["actions"]?["verify"]
        verifyURL = verify?["href"]?.stringValue
        verifyHeaders = Self.headers(verify?["header"])
        guard let upload = json["actions"]?["upload"] else {
            transfer = .none
            return
        }
        guard let url = upload["href"]?.stringValue, URLText.origin(url) != nil else {
            throw CommandFailure("the server names no address for a large file", status: .fault)
        }
        if let parts = try LFSMultipart(url: url, header: upload["header"], size: size) {
            transfer = .multipart(parts)
        } else {
            transfer = .basic(url: url, headers: Self.headers(upload["header"]))
        }
    }

    private static func headers(_ json: JSONValue?) -> [(String, String)] {
        (json?.objectValue ?? [:]).compactMap { name, value in value.stringValue.map { (name, $0) } }
    }
}

/// An upload in parts: a URL for each, and one to call when all are there.
struct LFSMultipart: Sendable {
    struct Part: Sendable, Hashable {
        /// From 1.
        let number: Int
        let url: String
        /// Bytes from the start of the file, and of the part.
        let offset: Int64
        let length: Int64
    }

    let completionURL: String
    let parts: [Part]

    /// `nil` when `header` has no `chunk_size`. Throws ``CommandFailure`` unless there is one URL for each part.
    init?(url: String, header: JSONValue?, size: Int64) throws {
        guard let text = header?["chunk_size"] else { return nil }
        guard let chunk = text.intValue ?? text.stringValue.flatMap({ Int64($0) }), chunk > 0, size > 0 else {
            throw CommandFailure("the server names a bad part size for a large file", status: .fault)
        }
        let count = (size - 1) / chunk + 1
        guard count <= 100_000 else {
            throw CommandFailure("the server wants too many parts: \(count)", status: .fault)
        }
        completionURL = url
        parts = try (0..<Int(count)).map { index in
            guard let url = header?[String(index + 1)]?.stringValue ?? header?[Self.padded(index + 1)]?.stringValue
            else {
                throw CommandFailure("the server names no address for part \(index + 1) of \(count)", status: .fault)
            }
            let offset = Int64(index) * chunk
            return Part(number: index + 1, url: url, offset: offset, length: min(chunk, size - offset))
        }
    }

    /// Some servers number the parts with five digits.
    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}

extension HubClient {
    static let lfsType = "application/vnd.git-lfs+json"

    /// Asks how to upload objects, of at most 256.
    func lfsBatch(
        _ target: RepoTarget,
        _ objects: [(oid: String, size: Int64)],
        revision: String
    ) async throws -> [String: LFSTask] {
        let body: JSONValue = [
            "operation": "upload", "transfers": ["basic", "multipart"], "hash_algo": "sha256",
            "objects": .array(objects.map { ["oid": .string($0.oid), "size": .int($0.size)] }),
            "ref": ["name": .string(revision)],
        ]
        let path = "\(target.webPath).git/info/lfs/objects/batch"
        let request = HubRequest(.POST, url(path)).json(body, type: Self.lfsType).header("accept", Self.lfsType)
        let answer = try await json(request)
        let sizes = Dictionary(objects.map { ($0.oid, $0.size) }) { first, _ in first }
        var tasks: [String: LFSTask] = [:]
        for object in answer["objects"]?.arrayValue ?? [] {
            guard let oid = object["oid"]?.stringValue, let size = sizes[oid] else { continue }
            tasks[oid] = try LFSTask(object, size: size)
        }
        return tasks
    }
}
