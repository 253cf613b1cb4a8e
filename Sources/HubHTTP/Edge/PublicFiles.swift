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

/// The files of `Public`: pages' templates, and what browsers need beside pages. Read once, at start; a request touches no disk.
public struct PublicFiles: Sendable {
    struct File: Sendable {
        let bytes: ByteBuffer
        /// The same with gzip, where that is shorter.
        let packed: ByteBuffer?
        let etag: ETag
        let type: String
        /// Changes with the content; an address that has it may be kept for good.
        var version: String { String(etag.value.prefix(10)) }
    }

    /// By URL path, with its leading slash.
    let files: [String: File]
    /// Those of `templates/`, which are not served; `nil` where there are none.
    let templates: PageTemplates?

    /// No files: there are no pages but those of sign-in and errors, and they come without style.
    public static let none = PublicFiles(files: [:], templates: nil)

    private init(files: [String: File], templates: PageTemplates?) {
        self.files = files
        self.templates = templates
    }

    /// The address of a file that changes with its content.
    func address(_ path: String) -> String {
        files[path].map { "\(path)?v=\($0.version)" } ?? path
    }

    /// Reads every file below `directory`. Names that begin with a dot, and links, are passed over.
    /// - Throws: `HubError` (`unavailable`), naming what cannot be read, or the template that cannot be parsed.
    public init(directory: String) throws {
        var files: [String: File] = [:]
        var templates: [String: String] = [:]
        try Self.read(directory, as: "") { path, data in
            if path.hasPrefix(Self.templatesFolder) {
                let name = path.dropFirst(Self.templatesFolder.count)
                guard name.hasSuffix(Self.templateSuffix) else { return }
                templates[String(name.dropLast(Self.templateSuffix.count))] = String(decoding: data, as: UTF8.self)
            } else {
                files[path] = Self.file(path, data)
            }
        }
        guard !files.isEmpty else { throw HubError(.unavailable, "There are no files in \(directory)") }
        self.files = files
        self.templates = templates.isEmpty ? nil : try PageTemplates(templates)
    }

    private static let templatesFolder = "/templates/"
    private static let templateSuffix = ".mustache"

    private static func file(_ path: String, _ data: Data) -> File {
        let bytes = ByteBuffer(bytes: data)
        let type = mediaType(path)
        let isText = type.hasPrefix("text/") || type == "image/svg+xml"
        return File(
            bytes: bytes,
            packed: isText ? JSONCompressionMiddleware.gzip(bytes) : nil,
            etag: ETag(Hex.encode(SHA256.hash(data: data).prefix(16))),
            type: type
        )
    }

    /// Where `Public` lies when nobody says: beside an installed program, else in the current folder.
    /// - Parameter program: the path of the running executable.
    public static func directory(program: String) -> String? {
        var installed = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        if installed.last == "bin" { installed = installed.dropLast() }
        let candidates = [installed.joined(separator: "/") + "/share/vitrine/Public", "Public"]
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/assets") }
    }

    private static func read(_ directory: String, as path: String, _ take: (String, Data) -> Void) throws {
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
                try read(place, as: path + "/" + name, take)
            } else if type == .typeRegular {
                guard let data = FileManager.default.contents(atPath: place) else {
                    throw HubError(.unavailable, "The file \(place) cannot be read")
                }
                take(path + "/" + name, data)
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

    /// An address that names the version is kept for good; for others there is a question each time, mostly answered 304:
    /// modules that import one another are never of two versions.
    private static func answer(_ file: PublicFiles.File, to request: Request) -> Response {
        let isVersioned = request.uri.query == "v=\(file.version)"
        let isPacked = JSONCompressionMiddleware.acceptsGzip(request.headers[values: .acceptEncoding])
        let packed = isPacked ? file.packed : nil
        // Other bytes, another strong tag.
        let etag = packed == nil ? file.etag : ETag(file.etag.value + "-gzip")
        var headers: HTTPFields = [
            .eTag: etag.description, .xContentTypeOptions: "nosniff",
            .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if file.packed != nil { headers[.vary] = "Accept-Encoding" }
        if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(etag) {
            return Response(status: .notModified, headers: headers)
        }
        if packed != nil { headers[.contentEncoding] = "gzip" }
        return .full(packed ?? file.bytes, contentType: file.type, headers: headers)
    }
}
