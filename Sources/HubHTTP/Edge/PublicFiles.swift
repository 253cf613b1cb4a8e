// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HTTPTypes
import HubCore
import Hummingbird
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The files of `Public`: what browsers need beside pages. Read once, at start; a request touches no disk.
public struct PublicFiles: Sendable {
    struct File: Sendable {
        let bytes: ByteBuffer
        let etag: ETag
        let type: String
    }

    /// By URL path, with its leading slash.
    let files: [String: File]

    /// No files: pages come without style.
    public static let none = PublicFiles(files: [:])

    private init(files: [String: File]) { self.files = files }

    /// Reads every file below `directory`. Names that begin with a dot, and links, are passed over.
    /// - Throws: `HubError` (`unavailable`), naming what cannot be read.
    public init(directory: String) throws {
        var files: [String: File] = [:]
        try Self.read(directory, as: "", into: &files)
        guard !files.isEmpty else { throw HubError(.unavailable, "There are no files in \(directory)") }
        self.files = files
    }

    /// Where `Public` lies when nobody says: beside an installed program, else in the current folder.
    /// - Parameter program: the path of the running executable.
    public static func directory(program: String) -> String? {
        var installed = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        if installed.last == "bin" { installed = installed.dropLast() }
        let candidates = [installed.joined(separator: "/") + "/share/vitrine/Public", "Public"]
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/assets") }
    }

    private static func read(_ directory: String, as path: String, into files: inout [String: File]) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw HubError(.unavailable, "The folder \(directory) cannot be read", cause: error)
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let place = directory + "/" + name
            let type = try? FileManager.default.attributesOfItem(atPath: place)[.type] as? FileAttributeType
            if type == .typeDirectory {
                try read(place, as: path + "/" + name, into: &files)
            } else if type == .typeRegular {
                guard let data = FileManager.default.contents(atPath: place) else {
                    throw HubError(.unavailable, "The file \(place) cannot be read")
                }
                files[path + "/" + name] = File(
                    bytes: ByteBuffer(bytes: data),
                    etag: ETag(Hex.encode(SHA256.hash(data: data).prefix(16))),
                    type: mediaType(name)
                )
            }
        }
    }

    private static func mediaType(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}

/// One route for each file of `Public`.
struct PublicRoutes: RouteGroup {
    let files: PublicFiles

    func register(on router: some RouterMethods<HubContext>) {
        for (path, file) in files.files.sorted(by: { $0.key < $1.key }) {
            router.get(RouterPath(path)) { request, _ in Self.answer(file, to: request) }
        }
    }

    /// An hour without asking, then a question that is mostly answered 304.
    private static func answer(_ file: PublicFiles.File, to request: Request) -> Response {
        let headers: HTTPFields = [
            .eTag: file.etag.description, .cacheControl: "public, max-age=3600", .xContentTypeOptions: "nosniff",
        ]
        if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(file.etag) {
            return Response(status: .notModified, headers: headers)
        }
        return .full(file.bytes, contentType: file.type, headers: headers)
    }
}
