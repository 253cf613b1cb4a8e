// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import Hummingbird
import NIOCore

/// Names and values of a query string or of a form, decoded, in their order.
public struct QueryItems: Sendable {
    private let items: [(name: String, value: String)]

    /// Every item, in its order.
    public var all: [(name: String, value: String)] { items }

    /// Parses `a=1&b=2`.
    /// - Throws: ``HubError/Code/badRequest`` on malformed percent-encoding.
    public init(_ query: String) throws {
        items = try query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try PercentCoding.decodeQueryPart(Substring(halves.first ?? pair))
            let value = halves.count > 1 ? try PercentCoding.decodeQueryPart(Substring(halves.last ?? pair)) : ""
            // JavaScript clients write lists as `expand[]=a`.
            return (name.hasSuffix("[]") ? String(name.dropLast(2)) : name, value)
        }
    }

    /// The first value of each name.
    var firstValues: [String: String] { Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first } }

    /// The first value of `name`.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    public func contains(_ name: String) -> Bool {
        items.contains { $0.name == name }
    }

    /// All values of `name`, from repeated keys and `name[]`; with `splittingCommas` also from `name=a,b`.
    public func all(_ name: String, splittingCommas: Bool = false) -> [String] {
        let values = items.filter { $0.name == name }.map(\.value)
        guard splittingCommas else { return values }
        return values.flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// `true`, `1`, `yes`, or the bare name are true; `false`, `0`, `no` are false, in any case of letters.
    /// - Throws: ``HubError/Code/badRequest`` for any other word.
    public func bool(_ name: String, default value: Bool = false) throws -> Bool {
        guard let text = self[name] else { return value }
        switch text.lowercased() {
        case "true", "1", "yes", "": return true
        case "false", "0", "no": return false
        default: throw HubError(.badRequest, "\(name) must be true or false")
        }
    }

    /// - Throws: ``HubError/Code/badRequest`` when it is no integer or outside `range`.
    public func int(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw HubError(
                .badRequest,
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }
}

extension Request {
    /// The query's items.
    /// - Throws: ``HubError/Code/badRequest`` on malformed percent-encoding.
    public func queryItems() throws -> QueryItems {
        try QueryItems(uri.query ?? "")
    }

    /// The items of an `application/x-www-form-urlencoded` body.
    /// - Parameter limit: of the body, in bytes.
    /// - Throws: ``HubError/Code/tooLarge``, ``HubError/Code/badRequest``.
    public func formItems(limit: Int = 1 << 20) async throws -> QueryItems {
        let body = try await collectBody(limit: limit)
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw HubError(.badRequest, "The form is not UTF-8")
        }
        return try QueryItems(text)
    }
}
