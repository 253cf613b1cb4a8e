// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
import Hummingbird
import NIOCore
import Testing

@testable import HubHTTP

@Suite struct ErrorResponsesTests {
    private static func request(path: String = "/api/x", accept: String? = nil) -> Request {
        var headers = HTTPFields()
        headers[.accept] = accept
        let head = HTTPRequest(method: .get, scheme: "http", authority: "h", path: path, headerFields: headers)
        return Request(head: head, body: RequestBody(buffer: .init()))
    }

    @Test(arguments: [
        (HubError.Code.badRequest, 400, 400, "BadRequest"), (.unprocessable, 422, 422, "Unprocessable"),
        (.unauthenticated, 401, 401, "Unauthenticated"), (.forbidden, 403, 403, "Forbidden"),
        (.gated, 401, 403, "GatedRepo"), (.repoNotFound, 401, 404, "RepoNotFound"),
        (.revisionNotFound, 404, 404, "RevisionNotFound"), (.entryNotFound, 404, 404, "EntryNotFound"),
        (.conflict, 409, 409, "Conflict"), (.preconditionFailed, 412, 412, "PreconditionFailed"),
        (.tooLarge, 413, 413, "TooLarge"), (.overloaded, 429, 429, "Overloaded"),
        (.unsupported, 501, 501, "Unsupported"),
        (.storageFull, 507, 507, "StorageFull"), (.corrupt, 500, 500, "Corrupt"),
    ])
    func `a code has its status and name`(_ code: HubError.Code, _ stranger: Int, _ known: Int, _ name: String) {
        let error = HubError(code, "m")
        let request = Self.request()
        let first = ErrorResponses.response(for: error, anonymous: true, to: request)
        #expect(first.status.code == stranger)
        #expect(first.headers[.errorCode] == name)
        #expect(ErrorResponses.response(for: error, anonymous: false, to: request).status.code == known)
    }

    @Test func `wrong credentials say the words clients compare`() {
        let error = HubError(.invalidCredentials, "expired")
        let response = ErrorResponses.response(for: error, anonymous: true, to: Self.request())
        #expect(response.headers[.errorMessage] == "Invalid credentials in Authorization header")
    }

    @Test func `a message cannot break out of its header`() {
        #expect(ErrorResponses.headerSafe("a\r\nX: é\u{0}") == "a  X: %C3%A9 ")
        #expect(ErrorResponses.quoted("a\"\\\n\u{1}é") == "\"a\\\"\\\\\\n\\u0001é\"")
        #expect(ErrorResponses.headerSafe(String(repeating: "é", count: 5000)).utf8.count <= 1024)
    }

    @Test func `what broke inside is not told`() {
        let response = ErrorResponses.response(for: HubError(.internal, "secret"), anonymous: true, to: Self.request())
        #expect(response.headers[.errorMessage] == "Internal Server Error")
    }

    @Test func `a range past the end names the size`() {
        let error = HubError(.rangeNotSatisfiable, "m", totalSize: 7)
        let response = ErrorResponses.response(for: error, anonymous: true, to: Self.request())
        #expect(response.status.code == 416)
        #expect(response.headers[.contentRange] == "bytes */7")
    }

    @Test(arguments: [("/a/b", "text/html,*/*", true), ("/api/a", "text/html", false), ("/a/b", "*/*", false)])
    func `a browser gets a page, except under api`(_ path: String, _ accept: String, _ isPage: Bool) {
        let request = Self.request(path: path, accept: accept)
        let response = ErrorResponses.response(for: .repoNotFound, anonymous: false, to: request)
        #expect(response.headers[.contentType]?.hasPrefix("text/html") == isPage)
    }
}
