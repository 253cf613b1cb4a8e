// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// The place in a list, as text that means nothing to clients: hex of the sort value's bits and of the id.
enum ListingCursor {
    static func encode(_ cursor: RepoListQuery.Cursor) -> String {
        String(cursor.value.bitPattern, radix: 16) + "-" + String(cursor.id, radix: 16)
    }

    static func decode(_ text: String) throws -> RepoListQuery.Cursor {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let first = parts.first, let last = parts.last, let bits = UInt64(first, radix: 16),
            let id = Int64(last, radix: 16), Double(bitPattern: bits).isFinite
        else { throw HubError(.badRequest, "\"cursor\" is not one this hub gave out") }
        return RepoListQuery.Cursor(value: Double(bitPattern: bits), id: id)
    }

    static func encode(_ cursor: TimeCursor) -> String {
        String(cursor.at.milliseconds, radix: 16) + "-" + String(cursor.id, radix: 16)
    }

    static func decodeTime(_ text: String) throws -> TimeCursor {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let first = parts.first, let last = parts.last, let at = Int64(first, radix: 16),
            let id = Int64(last, radix: 16)
        else { throw HubError(.badRequest, "\"cursor\" is not one this hub gave out") }
        return TimeCursor(at: Timestamp(milliseconds: at), id: id)
    }
}

/// `min:6B,max:128B`, `min:500M`, in weights.
enum ParameterRange {
    static func parse(_ text: String) throws -> (minimum: Int64?, maximum: Int64?) {
        var range: (minimum: Int64?, maximum: Int64?) = (nil, nil)
        for part in text.split(separator: ",") {
            let pair = part.split(separator: ":", maxSplits: 1)
            guard pair.count == 2, let key = pair.first, let value = pair.last.flatMap({ count($0) }) else {
                throw HubError(.badRequest, "\"num_parameters\" must look like min:6B,max:128B")
            }
            switch key {
            case "min": range.minimum = value
            case "max": range.maximum = value
            default: throw HubError(.badRequest, "\"num_parameters\" knows min and max only")
            }
        }
        return range
    }

    private static func count(_ text: Substring) -> Int64? {
        let factors: [Character: Double] = ["K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12]
        let factor = text.uppercased().last.flatMap { factors[$0] }
        guard let number = Double(factor == nil ? text : text.dropLast()), number.isFinite, number >= 0 else {
            return nil
        }
        return Int64(exactly: (number * (factor ?? 1)).rounded())
    }
}
