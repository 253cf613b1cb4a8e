// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

extension HubClient {
    /// The largest JSON answer that is read, in bytes.
    static let jsonLimit = 256 << 20

    func url(_ path: String, _ query: [(String, String)] = []) -> String { endpoint + path + URLText.query(query) }

    /// Sends and reads a JSON answer; `null` for an empty body.
    func json(_ request: HubRequest) async throws -> JSONValue { try await page(request).json }

    func get(_ path: String, _ query: [(String, String)] = []) async throws -> JSONValue {
        try await json(HubRequest(.GET, url(path, query)))
    }

    /// Sends and ignores what is answered.
    func perform(_ request: HubRequest) async throws {
        for try await _ in try await send(request).body {}
    }

    /// All pages of a list, up to `limit` items.
    func list(_ path: String, _ query: [(String, String)] = [], limit: Int = .max) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var next: String? = url(path, query)
        while let url = next, items.count < limit {
            let (json, answer) = try await page(HubRequest(.GET, url))
            guard let more = json.arrayValue else {
                throw CommandFailure("\(path) of \(origin) does not answer a list", status: .fault)
            }
            items += more
            next = answer.nextPage
            // A page elsewhere would be asked for without the token, and could be anything.
            if let next, !isOwn(next) {
                throw CommandFailure(
                    "\(origin) continues a list at \(next)",
                    hint: "a proxy hides the server's name",
                    status: .fault
                )
            }
            if next == url { break }
        }
        return limit < items.count ? Array(items[..<limit]) : items
    }

    private func page(_ request: HubRequest) async throws -> (json: JSONValue, answer: HubAnswer) {
        let answer = try await send(request)
        let body: ByteBuffer
        do {
            body = try await answer.body.collect(upTo: Self.jsonLimit)
        } catch {
            throw Self.networkFailure(error, origin: origin)
        }
        guard body.readableBytes > 0 else { return (.null, answer) }
        do {
            return (try JSONValue(parsing: body), answer)
        } catch {
            throw CommandFailure(
                "\(origin) does not answer like a hub: no JSON from \(request.url) (\(error))",
                hint: "is that the hub itself, and not a login page or a proxy?",
                status: .fault
            )
        }
    }
}
