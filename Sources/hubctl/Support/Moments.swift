// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import Foundation
import HubCore

/// A length of time as typed: `90`, `90s`, `15m`, `24h`, `7d`.
struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    var defaultValueDescription: String { seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : "\(seconds)s" }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument[...] : argument.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(digits)
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        // A thousand years: far from where adding times overflows.
        guard !overflow, seconds <= 31_536_000_000 else { return nil }
        self.seconds = seconds
    }
}

/// A moment as typed: `2026-11-24`, `2026-11-24T10:00:00Z`, or a length of time ago (`24h`).
struct MomentArgument: ExpressibleByArgument, Sendable, Hashable {
    let moment: Timestamp

    init?(argument: String) {
        if let ago = DurationArgument(argument: argument) {
            moment = SystemClock().now.adding(seconds: -ago.seconds)
            return
        }
        let text = argument.contains("T") ? argument : argument + "T00:00:00Z"
        let styles: [Date.ISO8601FormatStyle] = [.iso8601, .init(includingFractionalSeconds: true)]
        guard let date = styles.lazy.compactMap({ try? Date(text, strategy: $0) }).first else { return nil }
        moment = Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}

/// Bytes as typed: `1000`, `500MB`, `2GiB`.
struct SizeArgument: ExpressibleByArgument, Sendable, Hashable {
    let bytes: Int64

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Int64] = [
            "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
            "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
        ]
        guard let number = Int64(digits), let unit = units[argument.dropFirst(digits.count).lowercased()] else {
            return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        self.bytes = bytes
    }
}
