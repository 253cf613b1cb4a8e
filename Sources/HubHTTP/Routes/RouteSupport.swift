// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

extension HubContext {
    /// `{kind}` of `/api/{kind}/…`: models, datasets or spaces.
    func kind() throws -> RepoKind {
        guard let kind = RepoKind(plural: try segment("kind")) else { throw HubError(.notFound, "Not Found") }
        return kind
    }

    /// `{namespace}/{name}`. An id that no repo can have is one that is not there.
    func repoID(droppingGitSuffix: Bool = false) throws -> RepoID {
        var name = try segment("name")
        if droppingGitSuffix, name.hasSuffix(".git") { name.removeLast(4) }
        do {
            return try RepoID(namespace: AccountName(try segment("namespace")), name: name)
        } catch let error as HubError where error.code == .badRequest {
            throw HubError.repoNotFound
        }
    }

    /// The account that a segment names. A name that nobody can have is one that is not there.
    func accountName(_ segment: String) throws -> AccountName {
        let text = try self.segment(segment)
        do { return try AccountName(text) } catch let error as HubError where error.code == .badRequest {
            throw HubError(.notFound, "There is no such account")
        }
    }

    func revision() throws -> Revision { try Revision(try segment("revision")) }

    /// What `**` matched, or `nil` for nothing; a slash at the end is allowed.
    func path() throws -> RepoPath? {
        var text = try catchAll()[...]
        while text.hasSuffix("/") { text = text.dropLast() }
        return text.isEmpty ? nil : try RepoPath(text)
    }

    /// A path to look up: one that no file can have is not there.
    func pathToFind(_ text: String) throws -> RepoPath? {
        guard !text.isEmpty else { return nil }
        do { return try RepoPath(text) } catch let error as HubError where error.code == .unprocessable {
            throw HubError.entryNotFound(String(text.prefix(200)), commit: nil)
        }
    }
}

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var buffer = ByteBuffer()
        value.write(into: &buffer)
        return .json(buffer, status: status, headers: headers)
    }

    /// A page of a list, with the absolute address of the next one if there is one.
    static func page(_ items: JSONValue, next: String?, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        if let next { headers[.link] = "<\(next)>; rel=\"next\"" }
        return .json(items, headers: headers)
    }

    /// A page of a list whose next one is asked for with `cursor`.
    static func page(_ page: ItemPage, _ request: Request, _ context: HubContext) throws -> Response {
        let baseURL = try request.baseURL(context)
        return .page(
            page.items,
            next: page.next.map { request.address(baseURL: baseURL, replacing: "cursor", with: $0) }
        )
    }
}

extension Request {
    /// The largest JSON request that is read into memory, in bytes.
    static let jsonLimit = 8 << 20

    /// The body as JSON.
    /// - Throws: ``HubError/Code/badRequest`` that says where it is broken, ``HubError/Code/tooLarge``.
    func jsonBody(limit: Int = jsonLimit) async throws -> JSONValue {
        let body = try await collectBody(limit: limit)
        do { return try JSONValue(parsing: body) } catch {
            throw HubError(.badRequest, "The request body is not JSON: \(error)", cause: error)
        }
    }

    /// The same, where clients send no body at all when they have nothing to say.
    func optionalJSONBody() async throws -> JSONValue {
        let body = try await collectBody(limit: Self.jsonLimit)
        guard body.readableBytes > 0 else { return [:] }
        do { return try JSONValue(parsing: body) } catch {
            throw HubError(.badRequest, "The request body is not JSON: \(error)", cause: error)
        }
    }

    /// This request's own address with one query item put in place of what it had.
    func address(baseURL: String, replacing name: String, with value: String) -> String {
        let kept = (uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix(name + "=") }.map(String.init)
        let query = (kept + ["\(name)=\(PercentCoding.encode(value))"]).joined(separator: "&")
        return "\(baseURL)\(uri.path)?\(query)"
    }
}

extension JSONValue {
    /// The string at `key`.
    /// - Throws: ``HubError/Code/badRequest`` if it is missing or something else.
    func required(_ key: String) throws -> String {
        guard let text = self[key]?.stringValue else { throw HubError(.badRequest, "\"\(key)\" must be a string") }
        return text
    }

    /// The string at `key`, or `nil` if it is missing or null.
    func optional(_ key: String) throws -> String? {
        guard let value = self[key], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw HubError(.badRequest, "\"\(key)\" must be a string") }
        return text
    }
}
