// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Numbers and times as people read them.
enum Display {
    /// 1234 → 1.2k; 86567656 → 86.6M.
    static func count(_ value: Int64) -> String {
        let units: [(size: Double, name: String)] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")]
        let number = Double(value)
        for unit in units where number >= unit.size * 0.9995 { return tenths(number / unit.size) + unit.name }
        return String(value)
    }

    /// Bytes, in powers of 1000 as disks and the Hub's pages have them.
    static func bytes(_ value: Int64) -> String {
        let units: [(size: Double, name: String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        let number = Double(value)
        for unit in units where number >= unit.size * 0.9995 { return tenths(number / unit.size) + " " + unit.name }
        return value == 1 ? "1 byte" : "\(value) bytes"
    }

    /// 12345678 → 12,345,678.
    static func grouped(_ value: Int64) -> String {
        var out = ""
        let digits = String(value.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { out.append(",") }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = number >= 100 ? number.rounded() * 10 : (number * 10).rounded()
        guard let whole = Int64(exactly: tenths) else { return "∞" }
        let (units, rest) = whole.quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? String(units) : "\(units).\(rest)"
    }

    /// A moment for templates: how long ago, and the moment itself.
    static func time(_ iso: String?, now: Timestamp) -> JSONValue {
        guard let iso, let then = Timestamp(iso8601: iso) else { return .null }
        return ["iso": .string(iso), "ago": .string(ago(then, now: now)), "day": .string(String(iso.prefix(10)))]
    }

    static func ago(_ then: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, now.seconds - then.seconds)
        let steps: [(size: Int64, name: String)] = [
            (365 * 86_400, "year"), (30 * 86_400, "month"), (7 * 86_400, "week"), (86_400, "day"), (3600, "hour"),
            (60, "minute"),
        ]
        for step in steps where seconds >= step.size {
            let count = seconds / step.size
            return "\(count) \(step.name)\(count == 1 ? "" : "s") ago"
        }
        return "just now"
    }
}
