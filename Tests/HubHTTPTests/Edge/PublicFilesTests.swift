// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import Foundation
import HubCore
import HubTestSupport
import NIOCore
import NIOHTTP1
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(1))) struct PublicFilesTests {
    @Test func `files are served with a type and a tag; links and hidden files are not`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "public-\(UUID())")
        try FileManager.default.createDirectory(at: folder.appending(path: "assets"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("body {}".utf8).write(to: folder.appending(path: "assets/style.css"))
        try Data("secret".utf8).write(to: folder.appending(path: ".hidden"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/assets/passwd.txt",
            withDestinationPath: "/etc/passwd"
        )
        let files = try PublicFiles(directory: folder.path)
        let router = edgeRouter(metrics: Metrics(), checkHealth: {}, groups: [PublicRoutes(files: files)])
        try await withServer(of: router) { port in
            func get(_ path: String, _ headers: HTTPHeaders = [:]) async throws -> HTTPClientResponse {
                var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
                request.headers = headers
                return try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            }
            let style = try await get("/assets/style.css")
            #expect(style.status == .ok)
            #expect(style.headers["Content-Type"] == ["text/css; charset=utf-8"])
            #expect(String(buffer: try await style.body.collect(upTo: 1 << 20)) == "body {}")
            let tag = try #require(style.headers.first(name: "ETag"))
            #expect(try await get("/assets/style.css", ["If-None-Match": tag]).status == .notModified)
            for path in ["/.hidden", "/assets/passwd.txt", "/assets/", "/assets/..%2f.hidden"] {
                #expect(try await get(path).status == .notFound, "\(path)")
            }
        }
    }

    @Test func `a folder that is not there is named`() {
        let error = #expect(throws: HubError.self) { try PublicFiles(directory: "/no/such/folder") }
        #expect(error?.message.contains("/no/such/folder") == true)
    }
}
