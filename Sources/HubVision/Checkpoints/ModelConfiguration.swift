// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A `config.json`, or an object within one, read with defaults and with errors that name the key.
///
/// Numbers are bounded, so that what is computed from them does not overflow.
public struct ModelConfiguration: Sendable {
    public let members: JSONObject
    /// Where this object lies, as in `vision_config.`; empty for the outermost.
    let prefix: String

    public init(_ members: JSONObject, prefix: String = "") {
        self.members = members
        self.prefix = prefix
    }

    /// Sizes and counts may be as large as this.
    static let limit = 1 << 20

    func has(_ key: String) -> Bool { member(key) != nil }

    /// A size or count.
    func int(_ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...limit) throws(HubError)
        -> Int
    {
        guard let member = member(key) else { return try given(fallback, key, "a whole number") }
        guard let value = member.intValue.flatMap({ Int(exactly: $0) }) else { throw wrong(key, "a whole number") }
        guard range.contains(value) else {
            throw wrong(key, "from \(range.lowerBound) to \(range.upperBound), and is \(value)")
        }
        return value
    }

    func number(_ key: String, default fallback: Double? = nil) throws(HubError) -> Double {
        guard let member = member(key) else { return try given(fallback, key, "a number") }
        guard let value = member.doubleValue, abs(value) <= 1e30 else { throw wrong(key, "a number") }
        return value
    }

    func bool(_ key: String, default fallback: Bool) throws(HubError) -> Bool {
        guard let member = member(key) else { return fallback }
        guard let value = member.boolValue else { throw wrong(key, "true or false") }
        return value
    }

    func string(_ key: String, default fallback: String? = nil) throws(HubError) -> String {
        guard let member = member(key) else { return try given(fallback, key, "text") }
        guard let value = member.stringValue else { throw wrong(key, "text") }
        return value
    }

    func ints(
        _ key: String,
        default fallback: [Int]? = nil,
        in range: ClosedRange<Int> = 1...limit
    ) throws(HubError) -> [Int] {
        guard let member = member(key) else { return try given(fallback, key, "whole numbers") }
        guard let items = member.arrayValue, items.count <= 1024 else { throw wrong(key, "a list of whole numbers") }
        var values: [Int] = []
        for item in items {
            guard let value = item.intValue.flatMap({ Int(exactly: $0) }), range.contains(value) else {
                throw wrong(key, "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)")
            }
            values.append(value)
        }
        return values
    }

    func numbers(_ key: String, default fallback: [Double]) throws(HubError) -> [Double] {
        guard let member = member(key) else { return fallback }
        guard let items = member.arrayValue, items.count <= 1024 else { throw wrong(key, "a list of numbers") }
        let values = items.compactMap(\.doubleValue)
        guard values.count == items.count, values.allSatisfy({ abs($0) <= 1e30 }) else {
            throw wrong(key, "a list of numbers")
        }
        return values
    }

    func strings(_ key: String, default fallback: [String] = []) throws(HubError) -> [String] {
        guard let member = member(key) else { return fallback }
        let values = member.arrayValue?.compactMap(\.stringValue)
        guard let values, values.count == member.arrayValue?.count, values.count <= 1024 else {
            throw wrong(key, "a list of texts")
        }
        return values
    }

    /// A height and a width: one number for both, or two.
    func size(_ key: String, default fallback: Int? = nil) throws(HubError) -> (height: Int, width: Int) {
        if member(key)?.arrayValue != nil {
            let values = try ints(key)
            guard let height = values.first, let width = values.last, values.count == 2 else {
                throw wrong(key, "one whole number, or two")
            }
            return (height, width)
        }
        let side = try int(key, default: fallback)
        return (side, side)
    }

    func activation(_ key: String, default fallback: String) throws(HubError) -> Activation {
        try Activation(named: string(key, default: fallback), key: prefix + key)
    }

    /// An object within this one; an empty one when there is none.
    func object(_ key: String) throws(HubError) -> ModelConfiguration {
        guard let member = member(key) else { return ModelConfiguration(JSONObject(), prefix: "\(prefix)\(key).") }
        guard let object = member.objectValue else { throw wrong(key, "an object") }
        return ModelConfiguration(object, prefix: "\(prefix)\(key).")
    }

    /// The member, unless it is null.
    func member(_ key: String) -> JSONValue? {
        guard let member = members[key], !member.isNull else { return nil }
        return member
    }

    func wrong(_ key: String, _ expected: String) -> HubError {
        HubError(.unprocessable, "config.json: \(prefix)\(key) must be \(expected)")
    }

    private func given<Result>(
        _ fallback: Result?,
        _ key: String,
        _ expected: String
    ) throws(HubError) -> Result {
        if let fallback { return fallback }
        throw HubError(.unprocessable, "config.json lacks \(prefix)\(key), \(expected)")
    }
}
