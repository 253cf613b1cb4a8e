// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Sizes, rates and times as people read them; never by locale.
enum Units {
    /// Bytes in decimal units, three digits: `0 B`, `999 B`, `1.50 kB`, `12.3 MB`, `456 GB`.
    static func size(_ bytes: Int64) -> String {
        let names = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        guard bytes >= 1000 else { return "\(max(bytes, 0)) B" }
        var value = Double(bytes)
        var unit = 0
        // 999.5 would be shown as 1000.
        while value >= 999.5, unit < names.count - 1 {
            value /= 1000
            unit += 1
        }
        return "\(threeDigits(value)) \(names[unit])"
    }

    static func rate(_ bytesPerSecond: Double) -> String {
        guard bytesPerSecond.isFinite, bytesPerSecond >= 0, bytesPerSecond < 9e18 else { return "–" }
        return size(Int64(bytesPerSecond)) + "/s"
    }

    /// Seconds as `12s`, `3m05s`, `2h07m`; `–` when unknown.
    static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 360_000_000 else { return "–" }
        let whole = Int(seconds.rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
        return "\(whole / 3600)h\(two(whole % 3600 / 60))m"
    }

    /// `1 file`, `2 files`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func threeDigits(_ value: Double) -> String {
        let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
        let scaled = Int((value * scale).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let fraction = String(scaled % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(scaled / Int(scale)).\(zeros)\(fraction)"
    }
}
