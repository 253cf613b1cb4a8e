// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Members of a preprocessor's configuration, in the spellings of all years; `null` counts as absent.
struct SettingsReader {
    private let settings: JSONValue

    init(_ settings: JSONValue) { self.settings = settings }

    func bad(_ key: String) -> HubError {
        let value = settings[key].map { String($0.serialized.prefix(80)) } ?? "nothing"
        return HubError(.unprocessable, "The image processor's configuration has an impossible \(key): \(value)")
    }

    private subscript(key: String) -> JSONValue? {
        // Not `isNull ? nil : …`, where nil would be JSON's null.
        guard let value = settings[key], !value.isNull else { return .none }
        return value
    }

    func flag(_ key: String) throws(HubError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard let flag = value.boolValue else { throw bad(key) }
        return flag
    }

    func text(_ key: String) -> String? { self[key]?.stringValue }

    func number(_ key: String) throws(HubError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.doubleValue, number.isFinite else { throw bad(key) }
        return number
    }

    /// A positive integer.
    func count(_ key: String) throws(HubError) -> Int? {
        guard let value = self[key] else { return nil }
        guard let count = Self.side(value) else { throw bad(key) }
        return count
    }

    func integers(_ key: String) throws(HubError) -> [Int]? {
        guard let value = self[key] else { return nil }
        guard let items = value.arrayValue else { throw bad(key) }
        let integers = items.compactMap { Self.side($0) }
        guard integers.count == items.count else { throw bad(key) }
        return integers
    }

    /// One number for each channel; a single number stands for all.
    func channels(_ key: String) throws(HubError) -> [Double]? {
        guard let value = self[key] else { return nil }
        let numbers = value.doubleValue.map { [$0, $0, $0] } ?? value.arrayValue?.compactMap(\.doubleValue)
        guard let numbers, numbers.count == 3, numbers.allSatisfy(\.isFinite) else { throw bad(key) }
        return numbers
    }

    func filter(_ key: String) throws(HubError) -> ResamplingFilter? {
        guard let value = self[key] else { return nil }
        guard let number = value.intValue, let filter = Int(exactly: number).flatMap(ResamplingFilter.init(rawValue:))
        else { throw bad(key) }
        return filter
    }

    /// A number for a square, a pair of height and width, or an object of both.
    func cropSize(_ key: String) throws(HubError) -> PixelSize? {
        guard let value = self[key] else { return nil }
        if let side = Self.side(value) { return PixelSize(square: side) }
        if let pair = value.arrayValue, pair.count == 2, let height = Self.side(pair[0]), let width = Self.side(pair[1])
        {
            return PixelSize(height: height, width: width)
        }
        guard let height = value["height"].flatMap(Self.side), let width = value["width"].flatMap(Self.side) else {
            throw bad(key)
        }
        return PixelSize(height: height, width: width)
    }

    /// The member `size`, or the class's default.
    func resizeRule(_ kind: ImageProcessorClass) throws(HubError) -> ResizeRule {
        let longest = try count("max_size")
        guard let value = self["size"] else { return try Self.defaultRule(kind, longest: longest, bad("size")) }
        if let edge = Self.side(value) {
            if kind.isSquare { return .exact(PixelSize(square: edge)) }
            guard let longest = longest ?? kind.longestDefault else { return .shortestEdge(edge) }
            return .shortestEdgeWithin(edge, longest: longest)
        }
        if value.arrayValue != nil {
            guard let size = try cropSize("size") else { throw bad("size") }
            return .exact(size)
        }
        func side(_ key: String) throws(HubError) -> Int? {
            guard let member = value[key], !member.isNull else { return nil }
            guard let side = Self.side(member) else { throw bad("size") }
            return side
        }
        if let edge = try side("shortest_edge") {
            guard let longest = try side("longest_edge") else { return .shortestEdge(edge) }
            return .shortestEdgeWithin(edge, longest: longest)
        }
        if let edge = try side("longest_edge") { return .longestEdge(edge) }
        if let height = try side("max_height"), let width = try side("max_width") {
            return .within(PixelSize(height: height, width: width))
        }
        guard let height = try side("height"), let width = try side("width") else { throw bad("size") }
        return .exact(PixelSize(height: height, width: width))
    }

    private static func defaultRule(
        _ kind: ImageProcessorClass,
        longest: Int?,
        _ error: HubError
    ) throws(HubError) -> ResizeRule {
        switch kind.size {
        case .exact(let height, let width): return .exact(PixelSize(height: height, width: width))
        case .shortest(let edge): return .shortestEdge(edge)
        case .shortestWithin(let edge, let limit): return .shortestEdgeWithin(edge, longest: longest ?? limit)
        case .longest(let edge): return .longestEdge(edge)
        case nil: throw error
        }
    }

    /// A side of a picture: a positive number that is not absurd.
    private static func side(_ value: JSONValue) -> Int? {
        guard let number = value.intValue, number > 0, number <= 1 << 20 else { return nil }
        return Int(number)
    }
}
